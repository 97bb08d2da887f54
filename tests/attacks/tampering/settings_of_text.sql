-- Changes how texts are read and written.
-- wants: read
-- attack:
SET standard_conforming_strings = off;
SET backslash_quote = on;
SET array_nulls = off;
SET transform_null_equals = on;
SET bytea_output = escape;
SET quote_all_identifiers = on;
SELECT read_any('SELECT secret FROM vlt_account');
