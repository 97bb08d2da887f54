-- A function with dynamic SQL writes the letters of a licensed text into sequences of its owner's, which no rollback undoes.
-- wants: read
-- unread: refuse
-- attack:
-- repeat: 1..15
CREATE SEQUENCE carrier{n} MINVALUE 0;
-- apart
CREATE FUNCTION carry() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  FOR nth IN 1..15 LOOP
    EXECUTE format('SELECT setval(%L, ascii(substr(secret, %s, 1))) FROM %I WHERE id = 1', 'carrier' || nth, nth, 'vlt' || '_account');
  END LOOP;
END $$;
SELECT carry();
-- session: second
SELECT string_agg(chr(last_value::int), '' ORDER BY length(sequencename), sequencename) FROM pg_sequences WHERE sequencename LIKE 'carrier%';
