-- Moves a row type with a checked field to another schema before casting to it.
-- wants: read
-- attack:
CREATE TYPE holder AS (a account_id);
SELECT 1;
ALTER TYPE holder SET SCHEMA office;
SELECT pg_sleep(1);
SELECT '(999)'::office.holder;
