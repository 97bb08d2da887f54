-- Changes a schema in one transaction.
-- attack:
BEGIN;
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a') RETURNING version_num;
CREATE TABLE account_of_shop (id serial PRIMARY KEY, email text NOT NULL);
CREATE UNIQUE INDEX ON account_of_shop (email);
ALTER TABLE account_of_shop ADD COLUMN active boolean DEFAULT true NOT NULL;
UPDATE alembic_version SET version_num = 'b' WHERE version_num = 'a';
COMMIT;
INSERT INTO account_of_shop (email) VALUES ('a@b') RETURNING id, active;
DROP TABLE account_of_shop, alembic_version;
