-- Locks rows and tables, waits for none, and reads what others locked.
-- attack:
BEGIN;
LOCK TABLE mallory_own IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SELECT * FROM customer WHERE id = 1 FOR SHARE;
SELECT o.id FROM orders o JOIN customer c ON c.id = o.customer WHERE o.id = 1 FOR UPDATE OF o NOWAIT;
-- session: second
SET lock_timeout = '100ms';
UPDATE orders SET total = 0 WHERE id = 1;
SELECT id FROM orders WHERE id IN (1, 2) FOR UPDATE SKIP LOCKED;
SELECT id FROM orders WHERE id = 1 FOR KEY SHARE NOWAIT;
LOCK mallory_own IN ROW EXCLUSIVE MODE NOWAIT;
SELECT total FROM orders WHERE id = 1;
-- session: first
COMMIT;
