-- Turns on row security of an own table and reads it.
-- attack:
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY even ON mallory_own USING (id % 2 = 0);
SELECT * FROM mallory_own;
