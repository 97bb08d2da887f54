-- Says whose rows it works on, makes a mistake, and goes on with code that is not read.
-- attack:
BEGIN;
SELECT set_config('app.tenant', '5', true);
SELECT nothing FROM customer;
ROLLBACK;
SELECT read_any('SELECT title FROM ' || 'item' || ' WHERE id = 1');
