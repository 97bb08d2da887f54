-- Counts in an old snapshot under the strictest level.
-- wants: fill
-- attack:
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(*) FROM customer;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: first
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
COMMIT;
