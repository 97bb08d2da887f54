-- Truncates its own table and copies frozen rows into it.
-- wants: fill
-- attack:
BEGIN;
TRUNCATE dmo_mine;
COPY dmo_mine FROM STDIN (FREEZE);
-- copy data: 1..1001
{n}	x
\.
COMMIT;
