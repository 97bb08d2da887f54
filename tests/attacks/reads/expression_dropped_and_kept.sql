-- Takes a column for its own that was computed from the vault, and reads what it keeps.
-- wants: read
-- attack:
CREATE TABLE kept (id int, loot text GENERATED ALWAYS AS (account_fixed(id)) STORED);
INSERT INTO kept VALUES (1);
ALTER TABLE kept ALTER COLUMN loot DROP EXPRESSION;
SELECT loot FROM kept;
