-- Updates an open parent and with it its licensed child.
-- wants: write
-- attack:
UPDATE history SET body = 'x';
