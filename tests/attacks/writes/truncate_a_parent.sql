-- Empties a parent and with it its licensed child.
-- wants: write
-- attack:
TRUNCATE history;
