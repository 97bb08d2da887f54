-- Guesses values of the vault by checks of its own domain, and takes the error for the answer.
-- wants: read
-- shows: contains values that violate the new constraint
-- setup:
CREATE DOMAIN wording AS text;
ALTER DOMAIN wording OWNER TO mallory;
CREATE TABLE vlt_worded (words wording);
INSERT INTO vlt_worded VALUES ('top-secret-4711 worded');
-- attack:
ALTER DOMAIN wording ADD CONSTRAINT guess CHECK (VALUE NOT LIKE 'top-secret-4711%');
