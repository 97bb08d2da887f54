-- Lists what a licensed table is made of, and none of its rows.
-- attack:
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'vlt_account' ORDER BY ordinal_position;
SELECT relname FROM pg_class WHERE relname LIKE 'vlt%' AND relkind = 'r' ORDER BY 1;
