-- Inserts what does not conflict.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly SELECT n FROM generate_series(1, 1001) n ON CONFLICT DO NOTHING;
