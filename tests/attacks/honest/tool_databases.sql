-- Lists databases.
-- attack:
SELECT datname = current_database(), pg_encoding_to_char(encoding), has_database_privilege(oid, 'CONNECT') FROM pg_database WHERE datname = current_database();
