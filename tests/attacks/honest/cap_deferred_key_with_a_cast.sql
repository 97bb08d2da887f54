-- A deferred foreign key compares by a cast of the user's own, and defers nothing more.
-- attack:
CREATE TYPE mark AS (n int);
CREATE TABLE master (id int PRIMARY KEY);
CREATE FUNCTION to_int(mark) RETURNS int LANGUAGE sql IMMUTABLE RETURN ($1).n;
CREATE CAST (mark AS int) WITH FUNCTION to_int(mark) AS IMPLICIT;
CREATE TABLE detail (m mark REFERENCES master DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO detail VALUES (ROW(1)::mark);
INSERT INTO master VALUES (1);
INSERT INTO dmo_nearly VALUES (1000, 'x');
COMMIT;
SELECT (m).n FROM detail;
