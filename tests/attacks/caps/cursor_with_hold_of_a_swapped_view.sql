-- Declares a held cursor for a table that another session makes a view that inserts at the commit.
-- wants: fill
-- attack:
-- session: second
BEGIN;
ALTER TABLE mallory_own RENAME TO moved_away;
CREATE VIEW mallory_own AS SELECT fill_unseen('dmo_nearly', 6) AS id;
-- session: first
BEGIN;
INSERT INTO dmo_log VALUES (2001, 'x');
-- without waiting
DECLARE c CURSOR WITH HOLD FOR SELECT id FROM mallory_own;
COMMIT;
-- session: second
SELECT pg_sleep(0.5);
COMMIT;
-- session: first
