-- Prepares and executes in SQL.
-- wants: read
-- attack:
PREPARE p (int) AS SELECT secret FROM vlt_account WHERE id = $1;
EXECUTE p (1);
