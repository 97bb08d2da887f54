-- Makes a policy that reads a licensed table.
-- wants: read
-- shows: one
-- attack:
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON mallory_own USING (EXISTS (SELECT FROM vlt_account a WHERE a.id = mallory_own.id AND secret LIKE '%of 1'));
SELECT v FROM mallory_own WHERE EXISTS (SELECT FROM pg_policies WHERE policyname = 'p');
