-- Reads the information schema.
-- attack:
SELECT table_name FROM information_schema.tables WHERE table_schema = 'office' ORDER BY 1;
SELECT constraint_type FROM information_schema.table_constraints WHERE table_name = 'customer' AND constraint_type = 'PRIMARY KEY';
SELECT count(*) > 0 FROM information_schema.routines;
