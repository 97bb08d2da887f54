-- Uses an own operator in a block whose function tells what it reads.
-- wants: read
-- attack:
CREATE FUNCTION tells(a anyelement, b anyelement) RETURNS boolean LANGUAGE plpgsql AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END $f$;
CREATE OPERATOR <%%> (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = tells);
DO $$ BEGIN IF 1 <%%> 2 THEN NULL; END IF; END $$;
DO $$ DECLARE a int = 1; BEGIN WHILE a <%%> a LOOP EXIT WHEN a = 1; END LOOP; END $$;
