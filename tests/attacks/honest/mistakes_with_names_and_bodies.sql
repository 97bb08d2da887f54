-- Makes mistakes whose errors say no more than the text: sequences, bodies, keys, triggers, transactions.
-- attack:
CREATE TABLE dup (a int PRIMARY KEY, b int);
SELECT nextval('no_such_seq');
SELECT 'no_such_table'::regclass;
ALTER TABLE dup ADD PRIMARY KEY (b);
CREATE TRIGGER x BEFORE INSERT ON dup FOR EACH ROW EXECUTE FUNCTION no_such();
CREATE FUNCTION wrong(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN x := ; END';
CREATE FUNCTION wrong(a int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN RETURN n END $$;
BEGIN READ ONLY;
CREATE TABLE more (a int);
ROLLBACK;
BEGIN;
SELECT currval('no_such_seq');
ROLLBACK;
INSERT INTO dup VALUES (1, 2) RETURNING b;
-- extended
SELECT nextval('no_such_seq');
SELECT count(*) FROM dup;
