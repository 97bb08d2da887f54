-- Calls an inserting function in RETURNING of an insert that adds one row.
-- wants: fill
-- attack:
INSERT INTO mallory_own VALUES (3, 'x') RETURNING fill_unseen('dmo_nearly', 6);
