-- Adds a check to its own domain, which is made for every column of that domain, in the vault too.
-- wants: read
-- setup:
CREATE DOMAIN wording AS text;
ALTER DOMAIN wording OWNER TO mallory;
CREATE TABLE vlt_worded (words wording);
INSERT INTO vlt_worded VALUES ('top-secret-4711 worded');
-- attack:
CREATE FUNCTION peep(v text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', v; RETURN true; END $$;
ALTER DOMAIN wording ADD CONSTRAINT seen CHECK (peep(VALUE));
