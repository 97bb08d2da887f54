-- Gets a cursor from a function, and lets its query insert when fetched.
-- wants: fill
-- attack:
CREATE FUNCTION open_it() RETURNS refcursor LANGUAGE plpgsql AS $$
  DECLARE c refcursor := 'c'; BEGIN OPEN c FOR SELECT fill_unseen('dmo_nearly', 6); RETURN c; END $$;
BEGIN;
SELECT open_it();
FETCH ALL FROM c;
COMMIT;
