-- Writes a partition that has a name of nobody's.
-- wants: write
-- attack:
INSERT INTO eastern VALUES (100, 'east', 'x');
