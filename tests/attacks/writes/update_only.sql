-- Updates with ONLY.
-- wants: write
-- attack:
UPDATE ONLY vlt_parent SET secret = 'x';
