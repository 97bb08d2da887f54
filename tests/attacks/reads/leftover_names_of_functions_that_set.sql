-- Calls one function or another by a letter, in a function that is read; each sets a parameter of its own while it runs.
-- wants: read
-- shows: letter-116
-- setup:
DO $$ BEGIN FOR n IN 112..118 LOOP
  EXECUTE format('CREATE FUNCTION named_%s() RETURNS int LANGUAGE sql SET "x.y1_%s" TO ''1'' AS ''SELECT 1''', n, n);
END LOOP; END $$;
CREATE FUNCTION tell(wanted int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE letter int; BEGIN
  IF wanted > 0 THEN letter := (SELECT ascii(secret) FROM vlt_account WHERE id = wanted); END IF;
  CASE letter
    WHEN 112 THEN PERFORM named_112();
    WHEN 113 THEN PERFORM named_113();
    WHEN 114 THEN PERFORM named_114();
    WHEN 115 THEN PERFORM named_115();
    WHEN 116 THEN PERFORM named_116();
    WHEN 117 THEN PERFORM named_117();
    WHEN 118 THEN PERFORM named_118();
    ELSE NULL;
  END CASE;
  RETURN 1;
END $$;
-- attack:
SELECT tell(1);
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
