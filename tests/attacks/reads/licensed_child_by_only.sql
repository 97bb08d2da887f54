-- Reads the licensed child of an open parent.
-- wants: read
-- attack:
SELECT body FROM vlt_history;
