-- Copies what an INSERT returns.
-- wants: read
-- attack:
COPY (INSERT INTO mallory_own SELECT id + 100, secret FROM vlt_account RETURNING v) TO STDOUT;
