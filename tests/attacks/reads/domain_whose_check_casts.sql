-- Casts to a domain whose check does no more than cast to another one, whose check fails with what it has read.
-- wants: read
-- attack:
CREATE DOMAIN wrap AS int CHECK (VALUE::account_id > 0);
SELECT 999::wrap;
CREATE TABLE wrapped (id wrap);
INSERT INTO wrapped VALUES (998);
