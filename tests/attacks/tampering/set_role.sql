-- Says that it is somebody else.
-- wants: read
-- attack:
SET ROLE mallory;
SET SESSION AUTHORIZATION mallory;
SET pgtoll.user = 'alice';
SELECT set_config('pgtoll.user', 'alice', false);
SELECT read_any('SELECT secret FROM vlt_' || 'account');
SELECT secret FROM vlt_account;
