-- Replaces a harmless function after a statement that calls it was prepared.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
PREPARE p AS SELECT put();
EXECUTE p;
CREATE OR REPLACE FUNCTION put() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN fill_unseen('dmo_nearly', 6); END $$;
EXECUTE p;
