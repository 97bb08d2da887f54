-- Hides the rows from whoever counts by a policy of its own.
-- wants: fill
-- attack:
ALTER TABLE dmo_mine ENABLE ROW LEVEL SECURITY;
ALTER TABLE dmo_mine FORCE ROW LEVEL SECURITY;
CREATE POLICY put ON dmo_mine FOR INSERT WITH CHECK (true);
SET row_security = on;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
