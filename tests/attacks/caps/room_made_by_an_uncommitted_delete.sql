-- Fills the room that another session's delete makes, which is then rolled back.
-- wants: fill
-- attack:
BEGIN;
DELETE FROM dmo_nearly WHERE id <= 100;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1008) n;
-- session: first
ROLLBACK;
