-- Inserts by a function of the session's own schema.
-- wants: fill
-- attack:
CREATE FUNCTION pg_temp.put() RETURNS void LANGUAGE sql AS 'INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n';
SELECT pg_temp.put();
