-- The six checks of claimaudit over a generated export, in SQL for DuckDB. What an export of the
-- generator never has is left out: a blank patient or NPI, two claim types, sides other than by RT, LT
-- and 50, dates of service before 2019-07-01.

CREATE TABLE codes AS
SELECT code, first, last, shaped = '1' AS shaped, units::INT AS most, mai, sided = '1' AS sided, twice = '1' AS twice,
  visit = '1' AS visit, goods = '1' AS goods, laboratory = '1' AS laboratory, guidance = '1' AS guidance
FROM read_csv('$TABLES/codes.csv', header = true, all_varchar = true);

CREATE TABLE pairs AS SELECT * FROM read_csv('$TABLES/pairs.csv', header = true, all_varchar = true);
CREATE TABLE addons AS SELECT * FROM read_csv('$TABLES/addons.csv', header = true, all_varchar = true);
CREATE TABLE clashes AS SELECT visit, procedure, without25::INT AS without25, with25::INT AS with25 FROM read_csv('$TABLES/visits.csv', header = true, all_varchar = true);

CREATE TABLE raw AS SELECT * FROM read_csv('$SOURCE', header = true, delim = ',', quote = '"', escape = '"', nullstr = '~none~',
  columns = {'ClaimID': 'VARCHAR', 'PatientID': 'VARCHAR', 'DOB': 'VARCHAR', 'DOS': 'VARCHAR', 'CPT': 'VARCHAR',
    'Mod1': 'VARCHAR', 'Mod2': 'VARCHAR', 'Mod3': 'VARCHAR', 'Mod4': 'VARCHAR', 'Units': 'INTEGER', 'Charge': 'DECIMAL(12,2)',
    'Dx1': 'VARCHAR', 'Dx2': 'VARCHAR', 'Dx3': 'VARCHAR', 'RenderingNPI': 'VARCHAR', 'POS': 'VARCHAR', 'Payer': 'VARCHAR'});

-- A line with what is known of its code. root: the code itself is wrong, and nothing else is said of
-- the line. encounter: the patient, day and provider as one number of 64 bits.
CREATE TABLE lines AS
SELECT r.rowid + 2 AS row, hash(PatientID, DOS, RenderingNPI) AS encounter, DOS AS day, CPT AS billed, Units AS n, c.* EXCLUDE (code, first, last, shaped),
  CASE WHEN c.code IS NULL OR NOT c.shaped THEN 'unknown-code' WHEN DOS > c.last THEN 'deleted-code' WHEN DOS < c.first THEN 'not-yet-valid-code' END AS root,
  CASE WHEN Mod1 = '' THEN 0 ELSE
    CASE WHEN '50' IN (Mod1, Mod2, Mod3, Mod4) THEN 3 ELSE 0 END | CASE WHEN 'LT' IN (Mod1, Mod2, Mod3, Mod4) THEN 1 ELSE 0 END
    | CASE WHEN 'RT' IN (Mod1, Mod2, Mod3, Mod4) THEN 2 ELSE 0 END END AS side,
  Mod1 <> '' AND (NOT visit AND list_has_any([Mod1, Mod2, Mod3, Mod4], ['59', 'XE', 'XP', 'XS', 'XU'])
    OR visit AND list_has_any([Mod1, Mod2, Mod3, Mod4], ['24', '25', '57'])
    OR NOT visit AND NOT goods AND list_has_any([Mod1, Mod2, Mod3, Mod4], ['58', '78', '79'])
    OR laboratory AND '91' IN (Mod1, Mod2, Mod3, Mod4)) AS opens,
  visit AND '25' IN (Mod1, Mod2, Mod3, Mod4) AS marked
FROM raw r LEFT JOIN codes c ON r.CPT = c.code;

CREATE VIEW sound AS SELECT * FROM lines WHERE root IS NULL;

-- The sides the primaries of an add-on that is reported twice for both sides are billed for.
CREATE TABLE sides AS
SELECT l.row, bit_or(p.side) AS primary_side
FROM sound l JOIN addons a ON a.addon = l.billed
  JOIN lines p ON p.encounter = l.encounter AND p.billed = a."primary" AND p.billed <> l.billed
WHERE l.twice GROUP BY l.row;

-- The lines of a code billed on more than one line of an encounter; nth: the order of the audit.
CREATE TABLE several AS
SELECT l.*, ClaimID AS claim, [Mod1, Mod2, Mod3, Mod4] AS mods, contains(Payer, 'MEDICARE') AS medicare, coalesce(primary_side, 0) AS primary_side,
  row_number() OVER (PARTITION BY encounter, billed ORDER BY ClaimID, Mod1, Mod2, Mod3, Mod4, Units, Charge, POS, Dx1, Dx2, Dx3, l.row) AS nth
FROM sound l SEMI JOIN (SELECT encounter, billed FROM sound GROUP BY ALL HAVING count(*) > 1) s ON l.encounter = s.encounter AND l.billed = s.billed
  JOIN raw ON raw.rowid = l.row - 2 LEFT JOIN sides ON sides.row = l.row;

-- Lines billed again: all but the first of each kind.
CREATE TABLE duplicates AS
WITH alike AS (
  SELECT row, claim, mods, twice, medicare, n, primary_side, most, row_number() OVER kind AS copy, first_value(claim) OVER kind AS first_claim,
    count(*) OVER (PARTITION BY encounter, billed, n, list_sort(mods)) AS copies, sum(n) OVER (PARTITION BY encounter, billed, n, list_sort(mods), claim) AS total
  FROM several
  WINDOW kind AS (PARTITION BY encounter, billed, n, list_sort(mods) ORDER BY nth))
SELECT row, claim <> first_claim OR coalesce(total > most, false) AS error
FROM alike
WHERE copy > 1 AND NOT list_has_any(mods, ['76', '77', '59', '91', 'JW', 'XE', 'XP', 'XS', 'XU'])
  AND NOT (twice AND NOT medicare AND copies = 2 AND n = 1 AND primary_side = 3);

-- Add-ons without a primary.
CREATE TABLE lone AS
SELECT row, NOT guidance AS error FROM sound l
WHERE billed IN (SELECT addon FROM addons) AND row NOT IN (
  SELECT x.row FROM sound x JOIN addons a ON a.addon = x.billed
    JOIN lines p ON p.encounter = x.encounter AND p.billed = a."primary" AND p.row <> x.row);

-- Office visits beside a procedure they are part of.
CREATE TABLE visits AS
WITH beside AS (
  SELECT l.row, max(CASE WHEN l.marked THEN with25 ELSE without25 END) AS weight
  FROM sound l JOIN clashes c ON c.visit = l.billed JOIN sound p ON p.encounter = l.encounter AND p.billed = c.procedure
  GROUP BY l.row)
SELECT row, weight = 2 AS error FROM beside WHERE weight > 0;

-- Lines that are part of another of the encounter, which no modifier opens.
CREATE TABLE bundled AS
SELECT DISTINCT l.row
FROM (SELECT * FROM sound s SEMI JOIN (SELECT encounter FROM sound GROUP BY ALL HAVING count(*) > 1) m ON m.encounter = s.encounter) l
  JOIN sound p ON p.encounter = l.encounter AND p.row <> l.row JOIN pairs e ON e.column1 = p.billed AND e.column2 = l.billed
WHERE l.day BETWEEN e.first AND e.last AND (e.indicator = '0' OR NOT (l.opens OR p.opens OR l.side + p.side = 3 AND l.side * p.side = 2));

-- Units over the limit of a line (MAI 1), or of a day: the finding is on the last line of its side.
CREATE TABLE excess AS
WITH counted AS (
  SELECT row, most, n, sided, twice, medicare, primary_side, side, nth,
    sum(CASE WHEN side = 1 THEN n ELSE 0 END) OVER day AS left_n, sum(CASE WHEN side = 2 THEN n ELSE 0 END) OVER day AS right_n,
    sum(CASE WHEN side IN (0, 3) THEN n ELSE 0 END) OVER day AS both_n, bool_or('50' IN mods) OVER day AS fifty,
    max(nth) OVER day AS last_of_all, max(CASE WHEN side <> 2 THEN nth ELSE 0 END) OVER day AS last_left,
    max(CASE WHEN side <> 1 THEN nth ELSE 0 END) OVER day AS last_right
  FROM several
  WHERE mai <> '1' AND n > 0 AND row NOT IN (SELECT row FROM duplicates)
  WINDOW day AS (PARTITION BY encounter, billed)),
last AS (
  SELECT *, left_n + right_n + both_n AS total, nth = last_of_all AS final,
    both_n + CASE WHEN NOT sided THEN left_n + right_n WHEN side = 1 THEN left_n WHEN side = 2 THEN right_n ELSE greatest(left_n, right_n) END AS used
  FROM counted
  WHERE nth = CASE WHEN NOT sided OR side IN (0, 3) THEN last_of_all WHEN side = 1 THEN last_left ELSE last_right END),
alone AS (
  SELECT l.row, most, mai, n, twice, primary_side, contains(Payer, 'MEDICARE') AS medicare, '50' IN (Mod1, Mod2, Mod3, Mod4) AS fifty
  FROM sound l JOIN raw ON raw.rowid = l.row - 2 LEFT JOIN sides ON sides.row = l.row
  WHERE n > most AND (mai = '1' OR l.row NOT IN (SELECT row FROM several)))
SELECT row, true AS error FROM alone
WHERE NOT (mai <> '1' AND twice AND most = 1 AND NOT fifty AND n = 2 AND coalesce(primary_side, 0) = 3 AND NOT medicare)
UNION ALL
SELECT row, used > most OR twice FROM last
WHERE CASE WHEN twice AND most = 1 AND NOT fifty AND total = 2 THEN final AND (primary_side <> 3 OR medicare)
  ELSE used > most OR final AND medicare AND most = 1 AND sided AND left_n > 0 AND right_n > 0 END;

-- A rule about named codes silences the tables on its line, and the pairs the units, unless it takes
-- the matter less seriously.
CREATE TABLE found AS
WITH named AS (
  SELECT row, 'duplicate-line' AS rule, error FROM duplicates
  UNION ALL SELECT row, 'add-on-without-primary', error FROM lone
  UNION ALL SELECT row, 'visit-needs-25', error FROM visits),
silent AS (SELECT row, max(error) AS error FROM named GROUP BY row)
SELECT row, root AS rule FROM lines WHERE root IS NOT NULL
UNION ALL SELECT row, rule FROM named
UNION ALL SELECT row, 'bundled-pair' FROM bundled WHERE row NOT IN (SELECT row FROM silent WHERE error) AND row NOT IN (SELECT row FROM visits)
UNION ALL SELECT e.row, 'units-over-limit' FROM excess e LEFT JOIN silent s USING (row)
  WHERE e.row NOT IN (SELECT row FROM bundled) AND (s.row IS NULL OR e.error AND NOT s.error);

COPY (
  SELECT rules.row, rules.rule, raw.*, rules.fix
  FROM (
    SELECT row, string_agg(rule, ' ') AS rule, string_agg(CASE rule
      WHEN 'unknown-code' THEN 'enter the code of the service'
      WHEN 'deleted-code' THEN 'replace the code with its successor'
      WHEN 'not-yet-valid-code' THEN 'bill the code of that time'
      WHEN 'bundled-pair' THEN 'remove the line, or append the modifier the record supports'
      WHEN 'units-over-limit' THEN 'bill the units the record documents'
      WHEN 'duplicate-line' THEN 'remove the line'
      WHEN 'add-on-without-primary' THEN 'bill the primary, or remove the line'
      ELSE 'append 25 if the record shows a visit apart' END, '; ') AS fix
    FROM found GROUP BY row) rules
  JOIN raw ON raw.rowid + 2 = rules.row ORDER BY rules.row
) TO '$OUTPUT' (HEADER);
