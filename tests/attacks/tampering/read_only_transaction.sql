-- Makes the transaction read only, so that the witness may not write.
-- wants: read
-- attack:
BEGIN READ ONLY;
SELECT read_any('SELECT secret FROM vlt_account');
COMMIT;
