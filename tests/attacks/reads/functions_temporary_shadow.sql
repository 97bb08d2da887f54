-- Puts a temporary view in front of a table that a function reads.
-- wants: read
-- attack:
CREATE FUNCTION first_title() RETURNS text LANGUAGE plpgsql
  AS 'BEGIN RETURN (SELECT title FROM item LIMIT 1); END';
SELECT first_title();
CREATE TEMP VIEW item AS SELECT secret AS title FROM vlt_account;
SELECT first_title();
