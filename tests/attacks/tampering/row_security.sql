-- Hides the rows of its table from everybody before it fills it.
-- wants: fill
-- attack:
ALTER TABLE dmo_mine ENABLE ROW LEVEL SECURITY;
ALTER TABLE dmo_mine FORCE ROW LEVEL SECURITY;
CREATE POLICY hidden ON dmo_mine FOR SELECT USING (false);
CREATE POLICY open ON dmo_mine FOR INSERT WITH CHECK (true);
BEGIN;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
SET row_security = off;
COMMIT;
