-- Makes PL/pgSQL strict, so that the witness may fail.
-- wants: read
-- attack:
SET plpgsql.extra_errors = 'all';
SET plpgsql.check_asserts = off;
SELECT read_any('SELECT secret FROM vlt_account');
