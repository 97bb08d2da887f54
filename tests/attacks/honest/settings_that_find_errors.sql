-- Inserts below the cap while PL/pgSQL looks for every error it can.
-- attack:
SET plpgsql.extra_errors = 'all';
SET plpgsql.extra_warnings = 'all';
INSERT INTO dmo_nearly VALUES (1001, 'x');
BEGIN;
INSERT INTO dmo_nearly VALUES (1002, 'x');
COMMIT;
