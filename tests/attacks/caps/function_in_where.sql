-- Calls an inserting function in a condition.
-- wants: fill
-- attack:
SELECT id FROM customer WHERE fill_unseen('dmo_nearly', 6) > 0 LIMIT 1;
