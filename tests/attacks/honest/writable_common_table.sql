-- Moves rows by a WITH query.
-- attack:
WITH gone AS (DELETE FROM mallory_own RETURNING *) INSERT INTO outbox SELECT * FROM gone RETURNING id;
