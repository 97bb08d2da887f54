-- Deletes in one session, and uses the room in two.
-- wants: fill
-- attack:
BEGIN;
DELETE FROM dmo_nearly WHERE id <= 5;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1010) n;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1011, 1015) n;
-- session: first
COMMIT;
