-- Puts a temporary view in front of a table in the transaction of the call.
-- wants: read
-- attack:
CREATE FUNCTION first_title() RETURNS text LANGUAGE sql AS 'SELECT title FROM item LIMIT 1';
SELECT first_title();
BEGIN;
CREATE TEMP VIEW item AS SELECT secret AS title FROM vlt_account;
SELECT first_title();
COMMIT;
