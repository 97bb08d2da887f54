-- Breaks the key of a table of one's own, and is told so.
-- attack:
INSERT INTO mallory_own VALUES (1, 'twice');
