-- Has strings of the block end elsewhere, for the session reads backslashes otherwise.
-- wants: read
-- attack:
SET standard_conforming_strings = off;
SET backslash_quote = on;
DO $$ BEGIN RAISE NOTICE '%', 'a\' || '|| (SELECT secret FROM vlt_account LIMIT 1) --'; END $$;
DO $$ BEGIN RAISE NOTICE '%', 'a\\' || (SELECT secret FROM vlt_account LIMIT 1) || '\\'; END $$;
