-- Computes a stored column by a function that pretends to be immutable.
-- wants: read
-- attack:
CREATE TABLE loot (n int, s text GENERATED ALWAYS AS (account_fixed(n)) STORED);
INSERT INTO loot VALUES (1) RETURNING s;
