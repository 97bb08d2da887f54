-- Says to be somebody else by set_config with a name put together.
-- wants: read
-- attack:
SELECT set_config('pgtoll' || '.user', 'alice', false);
SELECT secret FROM vlt_account;
