-- Fills an open table, and gives it a capped table's name.
-- wants: fill
-- attack:
CREATE TABLE big AS SELECT n AS id FROM generate_series(1, 1001) n;
ALTER TABLE big RENAME TO dmo_big;
