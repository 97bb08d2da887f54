-- Calls the witness itself, and then reads.
-- wants: read
-- attack:
SELECT pgtoll.witness(1000, '{}'::int[], '{}'::int[], true);
SELECT read_any('SELECT secret FROM vlt_account');
SELECT pgtoll.witness(1000, '{}'::int[], '{}'::int[], true);
