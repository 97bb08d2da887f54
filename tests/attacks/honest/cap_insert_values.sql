-- Inserts exactly as many rows as there is room for, and is told so.
-- attack:
INSERT INTO dmo_nearly VALUES (1001, 'a'), (1002, 'b'), (1003, 'c'), (1004, 'd'), (1005, 'e') RETURNING id;
