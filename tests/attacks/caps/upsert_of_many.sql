-- Inserts or updates many rows at once, of which more are new than there is room.
-- wants: fill
-- attack:
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(900, 1010) n ON CONFLICT (id) DO UPDATE SET v = excluded.v || 'y';
WITH s AS (SELECT n FROM generate_series(990, 1020) n) INSERT INTO dmo_mine SELECT n, 'z' FROM s ON CONFLICT DO NOTHING RETURNING id;
