-- Drops its own schema with all that others put there.
-- wants: write
-- proof: SELECT to_regclass('den.vlt_inside') IS NULL
-- setup:
CREATE SCHEMA den AUTHORIZATION mallory;
CREATE TABLE den.vlt_inside AS SELECT 'top-secret-4711 inside' AS secret;
-- attack:
DROP SCHEMA den CASCADE;
