-- Lets the witness run in a serializable transaction.
-- wants: read
-- attack:
BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE;
SELECT read_any('SELECT secret FROM vlt_account');
COMMIT;
