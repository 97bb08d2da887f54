-- Counts in an old snapshot while another session fills the table.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM dmo_nearly;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: first
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
COMMIT;
