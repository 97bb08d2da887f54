-- Keeps its rules in functions: loops, exceptions, records, dynamic text, sets, variadic, out parameters.
-- attack:
CREATE FUNCTION place_order(who int, amount numeric, OUT number int, OUT rest numeric) LANGUAGE plpgsql AS $$
  DECLARE found customer%ROWTYPE;
  BEGIN
    SELECT * INTO STRICT found FROM customer WHERE id = who FOR UPDATE;
    IF found.balance < amount THEN RAISE EXCEPTION 'balance % of % is too low', found.balance, found.name USING ERRCODE = 'P0042', HINT = 'Pay first.'; END IF;
    SELECT max(id) + 1 INTO number FROM orders;
    INSERT INTO orders (id, customer, total) VALUES (number, who, amount);
    rest := found.balance - amount;
  EXCEPTION WHEN no_data_found THEN
    RAISE NOTICE 'no customer %', who;
  END $$;
SELECT * FROM place_order(20, 5);
SELECT * FROM place_order(9999, 5);
CREATE FUNCTION totals(from_id int DEFAULT 1, VARIADIC kinds int[] DEFAULT '{0}') RETURNS TABLE (customer int, total numeric) LANGUAGE sql STABLE AS $$
  SELECT o.customer, sum(o.total) FROM orders o WHERE o.customer >= from_id AND o.customer % 3 = ANY (kinds) GROUP BY 1 $$;
SELECT * FROM totals(20, 1, 2) ORDER BY 1;
SELECT * FROM totals() ORDER BY 1 LIMIT 2;
CREATE FUNCTION count_in(place regclass) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE n bigint; BEGIN EXECUTE format('SELECT count(*) FROM %s', place) INTO n; RETURN n; END $$;
SELECT count_in('customer'), count_in('office.desk');
CREATE FUNCTION walk() RETURNS SETOF text LANGUAGE plpgsql AS $$
  DECLARE line record; n int := 0;
  BEGIN
    FOR line IN SELECT title, price FROM item ORDER BY id LOOP
      CONTINUE WHEN line.price < 3;
      n := n + 1; EXIT WHEN n > 3;
      RETURN NEXT line.title || ' at ' || line.price;
    END LOOP;
    FOREACH n IN ARRAY ARRAY[7, 8] LOOP RETURN NEXT n::text; END LOOP;
    WHILE n < 10 LOOP n := n + 1; END LOOP;
    RETURN QUERY SELECT name FROM customer WHERE id = n;
  END $$;
SELECT * FROM walk();
CREATE FUNCTION safe_divide(a numeric, b numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
  BEGIN RETURN a / b; EXCEPTION WHEN division_by_zero THEN RETURN NULL; END $$;
SELECT safe_divide(1, 0), safe_divide(9, 3);
CREATE FUNCTION add_desk(number int, name text) RETURNS office.desk LANGUAGE sql BEGIN ATOMIC INSERT INTO office.desk VALUES (number, name) RETURNING *; END;
SELECT (add_desk(7, 'west')).room;
CREATE PROCEDURE tidy(INOUT n int) LANGUAGE plpgsql AS $$
  BEGIN DELETE FROM office.desk WHERE id = n; GET DIAGNOSTICS n = ROW_COUNT; END $$;
CALL tidy(7);
DO $$ DECLARE t text; BEGIN FOR t IN SELECT room FROM office.desk ORDER BY id LOOP RAISE NOTICE 'room %', t; END LOOP; END $$;
SELECT place_order(9999, 1);
DROP FUNCTION place_order(int, numeric);
