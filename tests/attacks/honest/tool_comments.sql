-- Reads comments.
-- attack:
SELECT obj_description('customer'::regclass, 'pg_class'), col_description('customer'::regclass, 1), shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database();
