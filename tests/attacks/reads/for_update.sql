-- Reads with a row lock.
-- wants: read
-- attack:
SELECT secret FROM vlt_account FOR UPDATE SKIP LOCKED;
