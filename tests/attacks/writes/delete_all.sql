-- Deletes everything.
-- wants: write
-- attack:
DELETE FROM vlt_note;
