-- Inserts into a column whose domain has a default that writes to the vault.
-- wants: write
-- attack:
CREATE FUNCTION lower_all() RETURNS text LANGUAGE plpgsql
  AS $$ BEGIN UPDATE vlt_account SET amount = -5; RETURN 'x'; END $$;
CREATE DOMAIN dw AS text DEFAULT lower_all();
CREATE TABLE l (a int, b dw);
INSERT INTO l (a) VALUES (1);
