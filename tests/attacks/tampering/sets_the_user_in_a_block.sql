-- Says to be somebody else inside a DO block.
-- wants: read
-- attack:
DO $$ BEGIN PERFORM set_config('pgtoll.user', 'alice', false); END $$;
SELECT secret FROM vlt_account;
