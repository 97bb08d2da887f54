-- Upserts and returns.
-- attack:
INSERT INTO mallory_own VALUES (1, 'new'), (50, 'fifty') ON CONFLICT (id) DO UPDATE SET v = excluded.v RETURNING id, v;
