-- Inserts too many rows by the extended protocol.
-- wants: fill
-- attack:
-- extended
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
