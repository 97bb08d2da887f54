-- Makes a PL/pgSQL function that writes an own table and calls it.
-- attack:
CREATE FUNCTION add_one(text) RETURNS int LANGUAGE plpgsql AS $$
  DECLARE made int; BEGIN INSERT INTO mallory_own VALUES (70, $1) RETURNING id INTO made; RETURN made; END $$;
SELECT add_one('x');
