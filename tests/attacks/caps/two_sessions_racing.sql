-- Sends two inserts at the same moment.
-- wants: fill
-- attack:
-- without waiting
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
-- session: second
-- without waiting
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
