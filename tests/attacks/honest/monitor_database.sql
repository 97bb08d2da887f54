-- Reads counters of the database.
-- attack:
SELECT datname = current_database(), numbackends > 0 FROM pg_stat_database WHERE datname = current_database();
