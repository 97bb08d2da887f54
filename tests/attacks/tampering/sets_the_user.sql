-- Says to be somebody else by a setting.
-- wants: read
-- attack:
SET pgtoll."user" = 'alice';
SET pgtoll.user = 'alice';
SELECT secret FROM vlt_account;
