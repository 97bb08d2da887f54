-- Inserts a list of six rows where five have room.
-- wants: fill
-- attack:
INSERT INTO dmo_nearly VALUES (1001, 'x'), (1002, 'x'), (1003, 'x'), (1004, 'x'), (1005, 'x'), (1006, 'x');
