#!/usr/bin/env python3
"""The six checks on polars, from a CSV export to a CSV of the flagged lines: audit.sql, step by step. What an
export of the generator never has is left out: a blank patient or NPI, two claim types, sides other than by RT,
LT and 50, dates before 2019-07-01.

usage: audit_polars.py EXPORT TABLES OUTPUT
"""
import sys

import polars as pl

source, tables, output = sys.argv[1:4]
col, when = pl.col, pl.when

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


def read(path):
    return pl.read_csv(path, infer_schema=False, empty_string_is_null=False)


def has(*modifiers):
    return pl.any_horizontal([col(m).is_in(modifiers) for m in MODS])


def bit(condition, value):
    return when(condition).then(value).otherwise(0)


flags = ["shaped", "sided", "twice", "visit", "goods", "laboratory", "guidance"]
codes = read(f"{tables}/codes.csv").with_columns(col("units").cast(pl.Int64, strict=False).alias("most"), *[col(f) == "1" for f in flags]).drop("units")
pairs = read(f"{tables}/pairs.csv").rename({"first": "since", "last": "until"})
addons = read(f"{tables}/addons.csv")
clashes = read(f"{tables}/visits.csv").with_columns(col("without25", "with25").cast(pl.Int64))
raw = read(source).with_columns(col("Units").cast(pl.Int64)).with_row_index("row")

# A line with what is known of its code. root: the code itself is wrong, and nothing else is said of the
# line. encounter: the patient, day and provider as one number of 64 bits.
lines = raw.select(
    "row", "Units", "Payer", *MODS, billed="CPT", day="DOS", n="Units", encounter=pl.struct("PatientID", "DOS", "RenderingNPI").hash(),
).join(codes, left_on="billed", right_on="code", how="left", maintain_order="left").with_columns(
    root=when(~col("shaped").fill_null(False)).then(pl.lit("unknown-code")).when(col("day") > col("last")).then(pl.lit("deleted-code"))
    .when(col("day") < col("first")).then(pl.lit("not-yet-valid-code")),
    fifty=has("50"), side=bit(has("50"), 3) | bit(has("LT"), 1) | bit(has("RT"), 2), marked=col("visit") & has("25"),
    opens=~col("visit") & has("59", "XE", "XP", "XS", "XU") | col("visit") & has("24", "25", "57")
    | ~col("visit") & ~col("goods") & has("58", "78", "79") | col("laboratory") & has("91"),
    medicare=col("Payer").str.contains("MEDICARE", literal=True),
)
sound = lines.filter(col("root").is_null())
kind = ["encounter", "billed"]

# The sides the primaries of an add-on that is reported twice for both sides are billed for.
added = sound.join(addons, left_on="billed", right_on="addon")
beside = added.select("row", "encounter", "billed", "twice", "primary").join(
    lines.select("encounter", "side", primary="billed", other="row"), on=["encounter", "primary"])
sides = beside.filter(col("twice"), col("billed") != col("primary")).group_by("row").agg(
    primary_side=(col("side") & 1).max() | (col("side") & 2).max())
sound = sound.join(sides, on="row", how="left").with_columns(col("primary_side").fill_null(0))

# The lines of a code billed on more than one line of an encounter, in the order of the audit.
several = sound.filter(pl.len().over(kind) > 1).join(raw.select("row", "Charge", "POS", "Dx1", "Dx2", "Dx3", claim="ClaimID"), on="row")
several = several.with_columns(col("Charge").cast(pl.Float64), mods=pl.concat_list(MODS).list.sort().list.join(" ")).sort(
    "claim", *MODS, "Units", "Charge", "POS", "Dx1", "Dx2", "Dx3", "row").with_columns(nth=pl.int_range(1, pl.len() + 1).over(kind))

# Lines billed again: all but the first of each kind.
alike = [*kind, "n", "mods"]
duplicates = several.with_columns(
    copy=pl.int_range(pl.len()).over(alike), first_claim=col("claim").first().over(alike), copies=pl.len().over(alike),
    total=col("n").sum().over([*alike, "claim"]),
).filter(
    col("copy") > 0, ~has("76", "77", "59", "91", "JW", "XE", "XP", "XS", "XU"),
    ~(col("twice") & ~col("medicare") & (col("copies") == 2) & (col("n") == 1) & (col("primary_side") == 3)),
).select("row", error=(col("claim") != col("first_claim")) | (col("total") > col("most")).fill_null(False))

# Add-ons without a primary.
lone = added.join(beside.filter(col("row") != col("other")), on="row", how="anti").unique("row").select("row", error=~col("guidance"))

# Office visits beside a procedure they are part of.
visits = sound.join(clashes, left_on="billed", right_on="visit").join(
    sound.select("encounter", procedure="billed").unique(), on=["encounter", "procedure"],
).group_by("row").agg(weight=when("marked").then("with25").otherwise("without25").max()).filter(col("weight") > 0).select("row", error=col("weight") == 2)

# Lines that are part of another of the encounter, which no modifier opens.
shared = sound.filter(pl.len().over("encounter") > 1).select("row", "encounter", "billed", "day", "opens", "side")
both = shared.join(shared.drop("day"), on="encounter", suffix="_1").filter(col("row") != col("row_1")).join(
    pairs, left_on=["billed_1", "billed"], right_on=["column1", "column2"])
opposite = (col("side") + col("side_1") == 3) & (col("side") * col("side_1") == 2)
bundled = both.filter(
    col("day") >= col("since"), col("day") <= col("until"), (col("indicator") == "0") | ~(col("opens") | col("opens_1") | opposite),
).select("row").unique()

# Units over the limit of a line (MAI 1), or of a day: the finding is on the last line of its side.
alone = sound.filter(col("n") > col("most")).filter((col("mai") == "1") | ~col("row").is_in(several["row"].implode())).filter(
    ~((col("mai") != "1") & col("twice") & (col("most") == 1) & ~col("fifty") & (col("n") == 2) & (col("primary_side") == 3) & ~col("medicare")))
daily = several.filter(col("mai") != "1", col("n") > 0, col("most").is_not_null()).join(duplicates, on="row", how="anti").with_columns(
    left=when(col("side") == 1).then("n").otherwise(0).sum().over(kind), right=when(col("side") == 2).then("n").otherwise(0).sum().over(kind),
    both=when(col("side").is_in([0, 3])).then("n").otherwise(0).sum().over(kind), fifty=col("fifty").any().over(kind),
    last_all=col("nth").max().over(kind), last_left=when(col("side") != 2).then("nth").otherwise(0).max().over(kind),
    last_right=when(col("side") != 1).then("nth").otherwise(0).max().over(kind),
).filter(
    col("nth") == when(~col("sided") | col("side").is_in([0, 3])).then("last_all").when(col("side") == 1).then("last_left").otherwise("last_right"),
).with_columns(
    used=col("both") + when(~col("sided")).then(col("left") + col("right")).when(col("side") == 1).then("left").when(col("side") == 2).then("right")
    .otherwise(pl.max_horizontal("left", "right")),
    final=col("nth") == col("last_all"),
)
special = col("twice") & (col("most") == 1) & ~col("fifty") & (col("left") + col("right") + col("both") == 2)
over = (col("used") > col("most")) | col("final") & col("medicare") & (col("most") == 1) & col("sided") & (col("left") > 0) & (col("right") > 0)
daily = daily.filter(when(special).then(col("final") & ((col("primary_side") != 3) | col("medicare"))).otherwise(over))
excess = pl.concat([alone.select("row", error=pl.lit(True)), daily.select("row", error=(col("used") > col("most")) | col("twice"))])

# A rule about named codes silences the tables on its line, and the pairs the units, unless it takes the
# matter less seriously.
named = pl.concat([duplicates, lone, visits])
silent = named.group_by("row").agg(serious=col("error").any())
bundled_left = bundled.join(silent.filter("serious"), on="row", how="anti").join(visits, on="row", how="anti")
excess = excess.join(bundled, on="row", how="anti").join(silent, on="row", how="left").filter(col("serious").is_null() | col("error") & ~col("serious"))


def rule(frame, name):
    return frame.select("row", rule=pl.lit(name))


found = pl.concat([
    lines.filter(col("root").is_not_null()).select("row", rule="root"), rule(bundled_left, "bundled-pair"), rule(excess, "units-over-limit"),
    rule(duplicates, "duplicate-line"), rule(lone, "add-on-without-primary"), rule(visits, "visit-needs-25"),
])
rules = found.with_columns(fix=col("rule").replace_strict(FIX)).group_by("row", maintain_order=True).agg(col("rule").str.join(" "), col("fix").str.join("; "))
result = rules.join(raw, on="row").sort("row").with_columns(col("row") + 2)
result.select("row", "rule", *[c for c in raw.columns if c != "row"], "fix").write_csv(output)
