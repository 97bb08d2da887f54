-- Makes a key between open tables, cascades and meets its error.
-- attack:
CREATE TABLE part (id int PRIMARY KEY, item int REFERENCES mallory_own ON DELETE CASCADE);
INSERT INTO part VALUES (1, 1), (2, 2);
DELETE FROM mallory_own WHERE id = 1;
SELECT id FROM part;
