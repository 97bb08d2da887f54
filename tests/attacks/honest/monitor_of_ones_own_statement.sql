-- Reads the statement that it runs itself.
-- attack:
SELECT query LIKE 'SELECT query%' FROM pg_stat_activity WHERE pid = pg_backend_pid();
