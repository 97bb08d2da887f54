-- Prepares an update in SQL and executes it.
-- wants: write
-- attack:
PREPARE p (text) AS UPDATE vlt_account SET secret = $1;
EXECUTE p ('x');
