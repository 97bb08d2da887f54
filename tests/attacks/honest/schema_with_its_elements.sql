-- Makes a schema with all that is in it, in one statement.
-- attack:
CREATE SCHEMA shop CREATE TABLE good (id int PRIMARY KEY, name text) CREATE VIEW goods AS SELECT * FROM good CREATE INDEX good_name ON good (name) CREATE SEQUENCE numbers GRANT SELECT ON goods TO PUBLIC;
INSERT INTO shop.good VALUES (nextval('shop.numbers'), 'pen');
SELECT * FROM shop.goods;
ALTER SCHEMA shop RENAME TO store;
CREATE TABLE store.copy (LIKE store.good INCLUDING ALL, extra text);
CREATE TABLE store.plain (LIKE customer);
CREATE TABLE store.full (LIKE item INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING INDEXES INCLUDING COMMENTS);
INSERT INTO store.full (id, title, price) VALUES (1, 'x', 1) RETURNING label;
ALTER TABLE store.plain SET SCHEMA office;
DROP TABLE office.plain;
GRANT USAGE ON SCHEMA store TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA store GRANT SELECT ON TABLES TO PUBLIC;
DROP SCHEMA store CASCADE;
