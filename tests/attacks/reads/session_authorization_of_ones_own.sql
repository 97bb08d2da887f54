-- Sets the session's user to itself and reads with names changed.
-- wants: read
-- attack:
SET SESSION AUTHORIZATION mallory;
SET search_path = pg_temp, public;
SELECT secret FROM vlt_account;
