-- Reads the statistics through an own view.
-- wants: read
-- attack:
CREATE VIEW v AS SELECT * FROM pg_stats;
SELECT * FROM v WHERE tablename = 'vlt_account';
