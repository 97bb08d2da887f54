-- Calls a function whose body is kept as a tree.
-- wants: read
-- attack:
SELECT account_atomic(1);
