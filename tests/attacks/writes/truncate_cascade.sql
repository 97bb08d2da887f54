-- Empties a table and those that refer to it.
-- wants: write
-- attack:
TRUNCATE vlt_account CASCADE;
