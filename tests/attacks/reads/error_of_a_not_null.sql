-- Lets a violation of NOT NULL show the row.
-- wants: read
-- attack:
ALTER TABLE vlt_mine ALTER secret SET NOT NULL;
UPDATE vlt_mine SET id = NULL WHERE id = 1;
