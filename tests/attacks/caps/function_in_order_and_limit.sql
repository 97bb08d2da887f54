-- Calls an inserting function to say how many rows are wanted.
-- wants: fill
-- attack:
SELECT id FROM customer ORDER BY id LIMIT fill_unseen('dmo_nearly', 6);
