-- Changes the encoding by set_config.
-- wants: read
-- attack:
SELECT set_config('client_encoding', 'gb' || 'k', false);
-- together
SELECT E'本\', secret FROM vlt_account --'
