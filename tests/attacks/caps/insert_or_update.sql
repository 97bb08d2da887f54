-- Updates what conflicts and inserts the rest.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1, 1001) n
  ON CONFLICT (id) DO UPDATE SET v = 'updated';
