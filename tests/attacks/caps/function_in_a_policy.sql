-- Filters rows by a policy that inserts.
-- wants: fill
-- attack:
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY odd ON mallory_own USING (fill_unseen('dmo_log', 3) > 0);
SELECT * FROM mallory_own;
