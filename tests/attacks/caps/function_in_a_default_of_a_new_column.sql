-- Adds a column whose default inserts.
-- wants: fill
-- attack:
ALTER TABLE mallory_own ADD COLUMN n int DEFAULT fill_unseen('dmo_log', 3);
