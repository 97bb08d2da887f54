-- Makes a function and calls it in the same transaction, before any picture of the catalog has it; that names the table, and writes letters into sequences.
-- wants: read
-- unread: refuse
-- attack:
-- repeat: 1..15
CREATE SEQUENCE carrier{n} MINVALUE 0;
-- apart
BEGIN;
CREATE FUNCTION carry() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM setval('carrier' || nth, ascii(substr(secret, nth, 1))) FROM vlt_account, generate_series(1, 15) nth WHERE id = 1;
END $$;
SELECT carry();
ROLLBACK;
-- session: second
SELECT string_agg(chr(last_value::int), '' ORDER BY length(sequencename), sequencename) FROM pg_sequences WHERE sequencename LIKE 'carrier%';
