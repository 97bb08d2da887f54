-- Changes a column's type by an expression that inserts.
-- wants: fill
-- attack:
ALTER TABLE mallory_own ALTER COLUMN v TYPE int USING fill_unseen('dmo_log', 3);
