-- Calls a function with its owner's rights.
-- wants: read
-- attack:
SELECT account_definer(1);
