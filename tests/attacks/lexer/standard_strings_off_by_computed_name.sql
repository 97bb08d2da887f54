-- Turns the standard meaning of backslashes off by a name put together at run time.
-- wants: read
-- attack:
SELECT set_config('standard_' || 'conforming_strings', 'off', false);
-- together
SELECT 'a\'', secret FROM vlt_account --'
