-- Asks for primary keys as JDBC does.
-- attack:
SELECT r.attname, (r.keys).n FROM (SELECT a.attname, a.attnum, information_schema._pg_expandarray(i.indkey) AS keys FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_index i ON a.attrelid = i.indrelid WHERE i.indrelid = 'customer'::regclass AND i.indisprimary) r WHERE r.attnum = (r.keys).x;
