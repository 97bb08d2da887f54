-- Fetches after COMMIT from a held cursor.
-- wants: read
-- attack:
DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT secret FROM vlt_account;
FETCH LAST FROM c;
