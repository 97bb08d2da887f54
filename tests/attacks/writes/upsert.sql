-- Updates by an upsert.
-- wants: write
-- attack:
INSERT INTO vlt_account VALUES (1, 'n', 's') ON CONFLICT (id) DO UPDATE SET secret = 'changed';
