-- Reads with ONLY and with the old star for children.
-- wants: read
-- attack:
SELECT secret FROM ONLY vlt_parent;
SELECT secret FROM vlt_parent *;
