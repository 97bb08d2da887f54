-- A deferred foreign key compares by a cast of the user's own, which fills at the commit's end.
-- wants: fill
-- attack:
CREATE TYPE mark AS (n int);
CREATE TABLE master (id int PRIMARY KEY);
INSERT INTO master VALUES (1), (2);
CREATE FUNCTION to_int(mark) RETURNS int LANGUAGE plpgsql AS $$
  BEGIN
    IF ($1).n = 1 THEN
      SET CONSTRAINTS ALL DEFERRED;
      INSERT INTO detail VALUES (ROW(2)::mark);
    ELSE
      INSERT INTO dmo_empty SELECT n, 'x' FROM generate_series(1, 1500) n;
    END IF;
    RETURN ($1).n;
  END $$;
CREATE CAST (mark AS int) WITH FUNCTION to_int(mark) AS IMPLICIT;
CREATE TABLE detail (m mark REFERENCES master DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO detail VALUES (ROW(1)::mark);
COMMIT;
