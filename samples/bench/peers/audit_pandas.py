#!/usr/bin/env python3
"""The six checks on pandas, from a CSV export to a workbook of the flagged lines by xlsxwriter, or to a
CSV of them where the output is named so. What an export of the generator never has is left out: a blank
patient or NPI, two claim types, sides other than by RT, LT and 50, dates before 2019-07-01.

usage: audit_pandas.py EXPORT TABLES OUTPUT
"""
import sys

import numpy as np
import pandas as pd

source, tables, output = sys.argv[1:4]

MODS = ["Mod1", "Mod2", "Mod3", "Mod4"]
FIX = {
    "unknown-code": "enter the code of the service",
    "deleted-code": "replace the code with its successor",
    "not-yet-valid-code": "bill the code of that time",
    "bundled-pair": "remove the line, or append the modifier the record supports",
    "units-over-limit": "bill the units the record documents",
    "duplicate-line": "remove the line",
    "add-on-without-primary": "bill the primary, or remove the line",
    "visit-needs-25": "append 25 if the record shows a visit apart",
}


def table(name):
    return pd.read_csv(f"{tables}/{name}.csv", dtype=str, keep_default_na=False)


types = {c: "category" for c in ["DOB", "DOS", "CPT", *MODS, "Dx1", "Dx2", "Dx3", "RenderingNPI", "POS", "Payer"]}
types.update(ClaimID=str, PatientID=str, Units="int32", Charge=str)
raw = pd.read_csv(source, dtype=types, keep_default_na=False)

# A line with what is known of its code, at its place in the export; encounter: the patient, day and
# provider as one number, kind: that and the code.
codes = table("codes")
flags = ["shaped", "sided", "twice", "visit", "goods", "laboratory", "guidance"]
known = raw.CPT.cat.categories.to_series(name="code").reset_index(drop=True).to_frame().merge(codes, how="left", on="code")
code = raw.CPT.cat.codes.to_numpy()
number = {c: i for i, c in enumerate(known.code)}


def of(column, fill=""):
    return known[column].fillna(fill).to_numpy()[code]


day = raw.DOS.astype(str).to_numpy()
encounter = pd.factorize(raw.PatientID)[0].astype("int64")
encounter = (encounter * len(raw.DOS.cat.categories) + raw.DOS.cat.codes) * len(raw.RenderingNPI.cat.categories) + raw.RenderingNPI.cat.codes
lines = pd.DataFrame({"row": raw.index, "encounter": encounter, "code": code, "n": raw.Units.to_numpy()})
for f in flags:
    lines[f] = of(f, "0") == "1"
lines["most"] = pd.to_numeric(known.units).to_numpy()[code]
lines["mai"] = of("mai")
lines["kind"] = lines.encounter * len(number) + lines.code

unknown = ~lines.shaped
deleted = ~unknown & (day > of("last"))
early = ~unknown & (day < of("first"))
root = unknown | deleted | early


def has(*modifiers):
    found = np.zeros(len(raw), dtype=bool)
    for m in MODS:
        found |= raw[m].isin(modifiers).to_numpy()
    return found


lines["fifty"] = has("50")
lines["side"] = np.where(lines.fifty, 3, 0) | np.where(has("LT"), 1, 0) | np.where(has("RT"), 2, 0)
lines["opens"] = (
    ~lines.visit & has("59", "XE", "XP", "XS", "XU") | lines.visit & has("24", "25", "57")
    | ~lines.visit & ~lines.goods & has("58", "78", "79") | lines.laboratory & has("91")
)
sound = lines[~root]


def numbered(frame, *columns):
    """The rows of a table whose codes are in the export, with the codes' numbers."""
    frame = frame.assign(**{c: frame[c].map(number) for c in columns}).dropna(subset=columns)
    return frame.astype({c: int for c in columns})


def kinds(frame, column):
    return frame.encounter * len(number) + frame[column]


# The lines of a code billed on more than one line of an encounter, in the order of the audit.
several = sound[sound.kind.duplicated(keep=False)]
order = raw.loc[several.index, ["ClaimID", *MODS, "Units", "Charge", "POS", "Dx1", "Dx2", "Dx3"]]
order = order.astype({c: str for c in [*MODS, "POS", "Dx1", "Dx2", "Dx3"]}).assign(Charge=order.Charge.astype(float))
order = order.sort_values(list(order.columns), kind="stable")
several = several.loc[order.index].assign(
    nth=np.arange(len(order)), claim=order.ClaimID, mods=order[MODS].apply(lambda m: " ".join(sorted(m)), axis=1))
several["medicare"] = raw.Payer[several.index].astype(str).str.contains("MEDICARE")

# The sides the primaries of an add-on that is reported twice for both sides are billed for.
addons = numbered(table("addons"), "addon", "primary")
candidates = sound[sound.code.isin(addons.addon)].merge(addons, left_on="code", right_on="addon")
candidates["wanted"] = kinds(candidates, "primary")
beside = candidates[["row", "code", "twice", "wanted"]].merge(lines[["kind", "row", "code", "side"]], left_on="wanted", right_on="kind", suffixes=("", "_primary"))
primary_side = pd.Series(0, index=lines.index)
for bit in (1, 2):
    primary_side[beside.row[beside.twice & (beside.code != beside.code_primary) & (beside.side & bit > 0)].unique()] |= bit

# Lines billed again: all but the first of each kind.
same = several.groupby(["kind", "n", "mods"], sort=False)
again = several.assign(
    copy=same.cumcount(), copies=same.row.transform("size"), first_claim=same.claim.transform("first"),
    total=several.groupby(["kind", "n", "mods", "claim"], sort=False).n.transform("sum"))
repeated = has("76", "77", "59", "91", "JW", "XE", "XP", "XS", "XU")
again = again[(again["copy"] > 0) & ~repeated[again.index] & ~(
    again.twice & ~again.medicare & (again.copies == 2) & (again.n == 1) & (primary_side[again.index] == 3))]
duplicate = pd.Series((again.claim != again.first_claim) | (again.total > again.most), index=again.index)

# Add-ons without a primary.
accompanied = beside.row[beside.row != beside.row_primary]
added = sound[sound.code.isin(addons.addon) & ~sound.row.isin(accompanied)]
lone = ~added.guidance

# Office visits beside a procedure they are part of.
clashes = numbered(table("visits"), "visit", "procedure").rename(columns={"visit": "code"})
visits = sound.assign(marked=has("25")[sound.index])[["row", "encounter", "code", "marked"]].merge(clashes, on="code")
visits = visits[kinds(visits, "procedure").isin(sound.kind)]
weight = pd.Series(np.where(visits.marked, visits.with25, visits.without25).astype(int)).groupby(visits.row.to_numpy()).max()
needs25 = weight[weight > 0] == 2

# Lines that are part of another of the encounter, which no modifier opens.
pairs = numbered(table("pairs"), "column1", "column2")
shared = sound[sound.encounter.duplicated(keep=False)]
both = shared[["row", "encounter", "code", "opens", "side"]].merge(shared[["encounter", "row", "code", "opens", "side"]], on="encounter", suffixes=("", "_1"))
both = both[both.row != both.row_1].merge(pairs, left_on=["code_1", "code"], right_on=["column1", "column2"])
opposite = (both.side + both.side_1 == 3) & (both.side * both.side_1 == 2)
on = day[both.row]
both = both[(on >= both["first"]) & (on <= both["last"]) & ((both.indicator == "0") | ~(both.opens | both.opens_1 | opposite))]
bundled = pd.Index(both.row.unique())

# Units over the limit of a line (MAI 1), or of a day: the finding is on the last line of its side.
alone = sound[(sound.n > sound.most) & ((sound.mai == "1") | ~sound.index.isin(several.index))]
medicare = raw.Payer[alone.index].astype(str).str.contains("MEDICARE")
alone = alone[~((alone.mai != "1") & alone.twice & (alone.most == 1) & ~alone.fifty & (alone.n == 2) & (primary_side[alone.index] == 3) & ~medicare)]
daily = several[(several.mai != "1") & several.most.notna() & (several.n > 0) & ~several.index.isin(duplicate.index)].copy()
for name, sides in (("left", (1,)), ("right", (2,)), ("both", (0, 3))):
    daily[name] = np.where(daily.side.isin(sides), daily.n, 0)
for name, without in (("last_all", -1), ("last_left", 2), ("last_right", 1)):
    daily[name] = np.where(daily.side != without, daily.nth, -1)
group = daily.groupby("kind", sort=False)
for name, how in (("left", "sum"), ("right", "sum"), ("both", "sum"), ("fifty", "max"), ("last_all", "max"), ("last_left", "max"), ("last_right", "max")):
    daily[name] = group[name].transform(how)
daily = daily[daily.nth == np.where(~daily.sided | daily.side.isin((0, 3)), daily.last_all, np.where(daily.side == 1, daily.last_left, daily.last_right))]
total = daily.left + daily.right + daily.both
used = daily.both + np.select(
    [~daily.sided, daily.side == 1, daily.side == 2], [daily.left + daily.right, daily.left, daily.right], np.maximum(daily.left, daily.right))
final = daily.nth == daily.last_all
special = daily.twice & (daily.most == 1) & ~daily.fifty & (total == 2)
over = np.where(special, final & ((primary_side[daily.index] != 3) | daily.medicare),
                (used > daily.most) | final & daily.medicare & (daily.most == 1) & daily.sided & (daily.left > 0) & (daily.right > 0))
excess = pd.concat([pd.Series(True, index=alone.index), pd.Series((used > daily.most) | daily.twice, index=daily.index)[over]])

# A rule about named codes silences the tables on its line, and the pairs the units, unless it takes the
# matter less seriously.
named = pd.concat([duplicate, lone, needs25]).astype(bool)
silent = named.groupby(named.index).max()
serious = silent.index[silent]
excess = excess[~excess.index.isin(bundled) & ~excess.index.isin(serious) & (excess | ~excess.index.isin(silent.index))]
bundled = bundled[~bundled.isin(serious) & ~bundled.isin(needs25.index)]

found = pd.concat([
    pd.Series(rule, index=rows) for rule, rows in (
        ("unknown-code", lines.index[unknown]), ("deleted-code", lines.index[deleted]), ("not-yet-valid-code", lines.index[early]),
        ("bundled-pair", bundled), ("units-over-limit", excess.index), ("duplicate-line", duplicate.index),
        ("add-on-without-primary", lone.index), ("visit-needs-25", needs25.index))])
rule = found.groupby(level=0).agg(" ".join)
result = raw.loc[rule.index].astype({c: str for c in types if types[c] == "category"})
result.insert(0, "row", rule.index + 2)
result.insert(1, "rule", rule)
result["fix"] = rule.map({r: "; ".join(FIX[x] for x in r.split()) for r in rule.unique()})

if output.endswith(".csv"):
    result.to_csv(output, index=False)
    sys.exit(0)

import xlsxwriter  # noqa: E402

book = xlsxwriter.Workbook(output, {"constant_memory": True})
sheet = book.add_worksheet("Flagged")
sheet.set_column(result.columns.get_loc("Charge"), result.columns.get_loc("Charge"), 10, book.add_format({"num_format": "0.00"}))
sheet.write_row(0, 0, list(result.columns), book.add_format({"bold": True}))
sheet.freeze_panes(1, 0)
numbers = {result.columns.get_loc(c) for c in ("row", "Units", "Charge")}
for i, values in enumerate(result.itertuples(index=False), 1):
    for j, value in enumerate(values):
        if j in numbers:
            sheet.write_number(i, j, float(value))
        elif value != "":
            sheet.write_string(i, j, value)
sheet.autofilter(0, 0, len(result), len(result.columns) - 1)
book.close()
