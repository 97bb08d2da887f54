-- Reads the statistics through an own view.
-- wants: read
-- attack:
CREATE VIEW v AS SELECT tablename, most_common_vals::text FROM pg_stats;
SELECT * FROM v WHERE tablename = 'vlt_account';
