-- Prepares statements under the names that ours have.
-- wants: read
-- attack:
PREPARE "pgtoll-check" AS SELECT true;
PREPARE "pgtoll-refused" AS SELECT true;
PREPARE pgtoll_fire AS SELECT true;
-- extended
SELECT read_any('SELECT secret FROM vlt_account');
