-- Empties a table.
-- wants: write
-- attack:
TRUNCATE vlt_note;
