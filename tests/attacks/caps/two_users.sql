-- Fills the table as two users, each within the room there was.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- as: owner
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
-- session: first
COMMIT;
-- as: owner
COMMIT;
