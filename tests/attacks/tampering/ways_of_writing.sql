-- Turns every setting of how texts are read and written that it may.
-- wants: fill
-- attack:
SET standard_conforming_strings = off;
SET backslash_quote = on;
SET array_nulls = off;
SET transform_null_equals = on;
SET quote_all_identifiers = on;
SET bytea_output = escape;
SET client_min_messages = debug5;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
