-- Calls a function that pretends to be immutable: planning runs it.
-- wants: read
-- attack:
SELECT account_fixed(1);
EXPLAIN (VERBOSE) SELECT account_fixed(1);
