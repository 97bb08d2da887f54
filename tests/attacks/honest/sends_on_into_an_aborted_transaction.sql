-- Goes on sending what is not read, and what is licensed, into a transaction that has failed.
-- attack:
BEGIN;
SELECT nothing FROM customer;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
DO $$ BEGIN EXECUTE 'SELECT ' || '1'; END $$;
SELECT secret FROM vlt_account;
UPDATE vlt_account SET secret = 'mine';
-- extended
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
SELECT secret FROM vlt_account;
-- simple
ROLLBACK;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
