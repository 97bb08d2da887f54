-- Has an operation decide over the rows of a table, each by itself and all at once.
-- attack:
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY each_row ON mallory_own USING (NOT pgtoll.has_operation_license('MyApp.Use'));
SELECT count(*) FROM mallory_own;
ALTER POLICY each_row ON mallory_own USING ((SELECT pgtoll.has_operation_license('MyApp.Use')));
SELECT count(*) FROM mallory_own;
INSERT INTO mallory_own SELECT * FROM mallory_own LIMIT 0;
