-- Gives the witness no time.
-- wants: read
-- attack:
SET lock_timeout = 1;
SELECT read_any('SET LOCAL statement_timeout = 1; SELECT secret FROM vlt_account');
SELECT read_any('SELECT secret FROM vlt_account');
