-- Vacuums and analyzes whatever it may.
-- attack:
SET client_min_messages = error;
ANALYZE;
VACUUM;
VACUUM (ANALYZE);
