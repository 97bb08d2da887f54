-- Has code that makes up no names drop a prepared statement, or keep one from being prepared.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION begins_with(letter int) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN
  EXECUTE 'SELECT count(*) FROM vlt_parent WHERE id = 1 AND ascii(secret) = $1' INTO n USING letter;
  RETURN n > 0;
END $$;
CREATE FUNCTION drops_unless() RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN
  EXECUTE 'SELECT count(*) FROM vlt_parent WHERE id = 1 AND ascii(secret) = 116' INTO n;
  IF n = 0 THEN
    DEALLOCATE kept;
  END IF;
  RETURN true;
END $$;
CREATE FUNCTION fails_unless(given text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
  RETURN public.begins_with(116);
END $$;
CREATE DOMAIN telling AS text CHECK (fails_unless(VALUE));
GRANT EXECUTE ON FUNCTION begins_with, drops_unless, fails_unless TO PUBLIC;
-- attack:
PREPARE kept AS SELECT 'letter' || '-116';
SELECT drops_unless();
EXECUTE kept;
-- session: other
PREPARE made AS SELECT 'letter' || '-116' WHERE '{a}'::telling[] IS NOT NULL;
EXECUTE made;
