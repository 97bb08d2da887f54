-- Does the same by the extended protocol.
-- attack:
-- extended
SELECT title FROM item ORDER BY id LIMIT 2;
INSERT INTO mallory_own VALUES (60, 'sixty');
UPDATE mallory_own SET v = 'y' WHERE id = 60;
