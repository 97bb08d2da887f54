-- Ends transactions that begin the next one at once.
-- attack:
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO mallory_own VALUES (53, 'kept');
COMMIT AND CHAIN;
SHOW transaction_isolation;
INSERT INTO mallory_own VALUES (54, 'undone');
ROLLBACK AND CHAIN;
SELECT id FROM mallory_own ORDER BY id;
COMMIT;
COMMIT AND CHAIN;
