-- Does what Rails does at its start, in migrations and with records.
-- attack:
SET client_min_messages TO 'warning';
SET standard_conforming_strings = on;
SET SESSION timezone TO 'UTC';
SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typinput, r.rngsubtype, t.typtype, t.typbasetype FROM pg_type as t LEFT JOIN pg_range as r ON oid = rngtypid WHERE t.typname IN ('int2', 'int4', 'jsonb') ORDER BY 1;
SHOW max_identifier_length;
SELECT pg_try_advisory_lock(8191297812345);
CREATE TABLE "schema_migrations" ("version" character varying NOT NULL PRIMARY KEY);
CREATE TABLE "ar_internal_metadata" ("key" character varying NOT NULL PRIMARY KEY, "value" character varying, "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL);
CREATE TABLE "widgets" ("id" bigserial primary key, "name" character varying, "state" integer DEFAULT 0 NOT NULL, "created_at" timestamp(6) NOT NULL);
CREATE INDEX "index_widgets_on_name" ON "widgets" ("name");
SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), a.attnotnull, c.collname, col_description(a.attrelid, a.attnum) AS comment FROM pg_attribute a LEFT JOIN pg_attrdef d ON a.attrelid = d.adrelid AND a.attnum = d.adnum LEFT JOIN pg_type t ON a.atttypid = t.oid LEFT JOIN pg_collation c ON a.attcollation = c.oid AND a.attcollation <> t.typcollation WHERE a.attrelid = '"widgets"'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;
SELECT distinct i.relname, d.indisunique, d.indkey, pg_get_indexdef(d.indexrelid) FROM pg_class t INNER JOIN pg_index d ON t.oid = d.indrelid INNER JOIN pg_class i ON d.indexrelid = i.oid LEFT JOIN pg_namespace n ON n.oid = t.relnamespace WHERE i.relkind IN ('i', 'I') AND d.indisprimary = 'f' AND t.relname = 'widgets' AND n.nspname = ANY (current_schemas(false)) ORDER BY i.relname;
SELECT "schema_migrations"."version" FROM "schema_migrations" ORDER BY "schema_migrations"."version" ASC;
INSERT INTO "schema_migrations" (version) VALUES ('20260101000000');
BEGIN;
INSERT INTO "widgets" ("name", "state", "created_at") VALUES ('w', 1, '2026-01-01') RETURNING "id";
COMMIT;
SELECT "widgets".* FROM "widgets" WHERE "widgets"."name" = 'w' LIMIT 1 /*application:Shop,controller:widgets*/;
INSERT INTO "widgets" ("name", "created_at") VALUES ('a', '2026-01-01'), ('b', '2026-01-02') ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name" RETURNING "id";
SELECT 1 AS one FROM "widgets" LIMIT 1;
SELECT pg_advisory_unlock(8191297812345);
