-- Has the expression of a deferred exclusion constraint insert at COMMIT.
-- wants: fill
-- attack:
CREATE FUNCTION add_row(x int) RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO public.dmo_log VALUES (x, 'x'); RETURN x; END $$;
CREATE FUNCTION quietly(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN RETURN public.add_row(x); END $$;
CREATE TABLE once (x int);
ALTER TABLE once ADD EXCLUDE USING btree (quietly(x) WITH =) DEFERRABLE INITIALLY DEFERRED;
BEGIN;
INSERT INTO once VALUES (1), (2), (3), (4), (5), (6);
COMMIT;
DROP TABLE once;
