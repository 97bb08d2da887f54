-- Sends several statements in a pipeline.
-- attack:
-- pipeline
INSERT INTO mallory_own VALUES (61, 'a');
SELECT v FROM mallory_own WHERE id = 61;
DELETE FROM mallory_own WHERE id = 61;
