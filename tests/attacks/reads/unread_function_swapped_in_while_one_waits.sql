-- While a statement that calls a harmless function waits for a table, another session puts dynamic SQL into that function, which writes letters into sequences.
-- wants: read
-- unread: refuse
-- attack:
-- repeat: 1..15
CREATE SEQUENCE carrier{n} MINVALUE 0;
-- apart
CREATE TABLE contested (n int);
INSERT INTO contested VALUES (1);
CREATE FUNCTION calm() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
-- session: second
BEGIN;
LOCK TABLE contested IN ACCESS EXCLUSIVE MODE;
-- session: first
-- without waiting
SELECT calm() FROM contested;
-- session: second
SELECT pg_sleep(0.5);
CREATE OR REPLACE FUNCTION calm() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  FOR nth IN 1..15 LOOP
    EXECUTE format('SELECT setval(%L, ascii(substr(secret, %s, 1))) FROM %I WHERE id = 1', 'carrier' || nth, nth, 'vlt' || '_account');
  END LOOP;
  RETURN 1;
END $$;
COMMIT;
SELECT pg_sleep(1);
SELECT string_agg(chr(last_value::int), '' ORDER BY length(sequencename), sequencename) FROM pg_sequences WHERE sequencename LIKE 'carrier%';
