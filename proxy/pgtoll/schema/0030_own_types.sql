-- What runs with the client's own search path names its types with their schema: the client may have
-- a domain called text, with a check that reads.

CREATE OR REPLACE FUNCTION pgtoll.settle(cap int, demo int[], lacked int[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  before pg_catalog.int8;
  since pg_catalog.text;
BEGIN
  before := pgtoll.changes();
  since := pgtoll.waiting_counts();
  BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
  EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'a trigger that a deferred trigger has deferred failed';
  END;
  RETURN pgtoll.settled(before, since, cap, demo, lacked);
END
$$;
