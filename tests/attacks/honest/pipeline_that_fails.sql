-- Sends a round in which a statement fails: nothing behind it runs, and nothing before it is kept.
-- attack:
-- pipeline
INSERT INTO mallory_own VALUES (51, 'undone');
SELECT 1/0;
SELECT count(*) FROM customer;
-- apart
SELECT count(*) FROM mallory_own;
