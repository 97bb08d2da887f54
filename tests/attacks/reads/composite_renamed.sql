-- Renames a row type with a checked field before casting to it.
-- wants: read
-- attack:
CREATE TYPE holder AS (a account_id);
SELECT 1;
ALTER TYPE holder RENAME TO keeper_of;
SELECT '(999)'::keeper_of;
