-- Sets one parameter or another by a letter, in a function whose dynamic text is constant.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION call_it() RETURNS void LANGUAGE plpgsql AS $$ DECLARE letter int; BEGIN
  EXECUTE 'SELECT ascii(secret) FROM vlt_account WHERE id = $1' INTO letter USING 1;
  CASE letter
    WHEN 112 THEN SET LOCAL "x.y1_112" = 1;
    WHEN 113 THEN SET LOCAL /* */ x.y1_113 = 1;
    WHEN 114 THEN SET LOCAL "x.y1_114" = 1;
    WHEN 115 THEN SET LOCAL /* */ x.y1_115 = 1;
    WHEN 116 THEN SET LOCAL "x.y1_116" = 1;
    WHEN 117 THEN SET LOCAL /* */ x.y1_117 = 1;
    WHEN 118 THEN SET LOCAL "x.y1_118" = 1;
    ELSE NULL;
  END CASE;
END $$;
-- attack:
SELECT call_it();
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
