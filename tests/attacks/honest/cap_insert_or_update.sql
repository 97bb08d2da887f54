-- Updates what conflicts and inserts what there is room for.
-- attack:
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1, 1000) n ON CONFLICT (id) DO UPDATE SET v = 'u';
