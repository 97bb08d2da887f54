-- Asks the catalog as tools do.
-- attack:
SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relname LIKE 'i%' ORDER BY 1;
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'item' ORDER BY ordinal_position;
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'item'::regclass ORDER BY 1;
