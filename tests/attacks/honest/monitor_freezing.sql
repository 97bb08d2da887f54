-- Asks how old tables are.
-- attack:
SELECT age(datfrozenxid) > 0 FROM pg_database WHERE datname = current_database();
SELECT age(relfrozenxid) > 0 FROM pg_class WHERE oid = 'customer'::regclass;
