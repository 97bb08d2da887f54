-- Calls functions that read and write tables everybody has.
-- attack:
CREATE TABLE tally (id int PRIMARY KEY, total numeric);
CREATE FUNCTION add_total(wanted int) RETURNS numeric LANGUAGE plpgsql AS $f$
DECLARE
  r record;
  found numeric := 0;
  c CURSOR FOR SELECT total FROM orders WHERE customer = wanted;
BEGIN
  FOR r IN c LOOP found := found + r.total; END LOOP;
  BEGIN
    INSERT INTO tally VALUES (wanted, found);
  EXCEPTION WHEN unique_violation THEN
    UPDATE tally SET total = found WHERE id = wanted;
  END;
  IF NOT FOUND THEN RAISE NOTICE 'nothing for %', wanted; END IF;
  RETURN found;
END $f$;
CREATE FUNCTION totals() RETURNS TABLE (customer text, total numeric) LANGUAGE plpgsql STABLE AS $f$
BEGIN
  RETURN QUERY SELECT c.name, sum(o.total) FROM customer c JOIN orders o ON o.customer = c.id GROUP BY 1;
END $f$;
SELECT add_total(1), add_total(1), add_total(99);
SELECT * FROM totals() ORDER BY 1;
SELECT * FROM tally ORDER BY 1;
SELECT add_total(NULL);
