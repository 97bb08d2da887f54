-- Renames the view after the body was bound to it.
-- wants: read
-- attack:
CREATE VIEW seen AS SELECT secret FROM vlt_mine;
CREATE FUNCTION peek() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT secret FROM seen LIMIT 1; END;
ALTER VIEW seen RENAME TO plain_name;
SELECT peek();
