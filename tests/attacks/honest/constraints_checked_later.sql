-- Adds constraints that are checked later, and keys that are deferred to the end.
-- attack:
CREATE TABLE parent_row (id int PRIMARY KEY, child int);
CREATE TABLE child_row (id int PRIMARY KEY, parent int CONSTRAINT to_parent REFERENCES parent_row DEFERRABLE INITIALLY IMMEDIATE);
ALTER TABLE parent_row ADD CONSTRAINT to_child FOREIGN KEY (child) REFERENCES child_row DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO parent_row VALUES (1, 1);
INSERT INTO child_row VALUES (1, 1);
COMMIT;
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
UPDATE parent_row SET id = 2;
UPDATE child_row SET parent = 2;
SET CONSTRAINTS to_parent IMMEDIATE;
COMMIT;
INSERT INTO parent_row VALUES (9, 9);
CREATE TABLE uniq (n int UNIQUE DEFERRABLE INITIALLY DEFERRED, EXCLUDE USING btree (n WITH =));
INSERT INTO uniq VALUES (1), (2), (3);
UPDATE uniq SET n = n + 1;
BEGIN;
INSERT INTO uniq VALUES (2);
COMMIT;
ALTER TABLE uniq ADD CONSTRAINT low CHECK (n < 3) NOT VALID;
ALTER TABLE uniq VALIDATE CONSTRAINT low;
INSERT INTO uniq VALUES (50);
ALTER TABLE child_row ADD CONSTRAINT loose FOREIGN KEY (id) REFERENCES parent_row ON DELETE SET NULL NOT VALID;
SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'child_row'::regclass ORDER BY 1;
SELECT * FROM uniq ORDER BY n;
