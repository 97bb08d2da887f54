-- Sends texts of many statements, with transactions in them and an error at the end.
-- attack:
-- together
BEGIN; INSERT INTO mallory_own VALUES (70, 'kept'); COMMIT; SELECT count(*) FROM mallory_own;
-- together
SELECT 1; SELECT 2; INSERT INTO mallory_own VALUES (71, 'undone'); SELECT 1/0; SELECT 3;
-- together
;;
-- apart
SELECT id FROM mallory_own ORDER BY id;
