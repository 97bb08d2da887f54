-- Sends several queries and a write in one round, as drivers with pipelines do.
-- attack:
-- pipeline
SELECT count(*) FROM customer;
INSERT INTO mallory_own VALUES (50, 'fifty') RETURNING id;
SELECT v FROM mallory_own WHERE id = 50;
