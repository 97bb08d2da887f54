-- Makes mistakes, and is told of them by the server.
-- attack:
SELECT nothing FROM customer;
BEGIN;
SELECT name FROM item;
SELECT 1;
ROLLBACK;
