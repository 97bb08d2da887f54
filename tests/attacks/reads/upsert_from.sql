-- Carries the secrets by an upsert.
-- wants: read
-- attack:
INSERT INTO mallory_own SELECT id, secret FROM vlt_account WHERE id < 5
  ON CONFLICT (id) DO UPDATE SET v = excluded.v;
SELECT v FROM mallory_own;
