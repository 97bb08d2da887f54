-- A user who asks for settings of his own mistypes a statement, in the extended protocol too, and declares a cursor outside of a transaction.
-- attack:
CREATE FUNCTION author() RETURNS text LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.name', true), '') $$;
CREATE TABLE remark (id int, owner text DEFAULT author());
-- extended
ALTER TABLE remark ENABLE ROW LEVEL SECURITY;
SET app.user = 'ann';
INSERT INTO remark (id) VALUES (1) RETURNING owner;
ALTER TABLE remark DISABLE ROW LEVEL SECURITY;
SELEC 1;
SELECT current_setting('app.name', true);
SET app.name = 'ann';
INSERT INTO remark (id) VALUES (2) RETURNING owner;
DECLARE c CURSOR FOR SELECT id FROM remark;
-- simple
DECLARE c CURSOR FOR SELECT id FROM remark;
DECLARE c CURSOR FOR SELECT nosuch FROM remark;
DECLARE c CURSOR WITH HOLD FOR SELECT id FROM remark ORDER BY id;
FETCH ALL c;
CLOSE c;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM remark ORDER BY id;
FETCH 1 c;
COMMIT;
