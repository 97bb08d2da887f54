-- Reads a parent that nobody licensed and with it its child.
-- wants: read
-- attack:
SELECT body FROM history;
