-- Gives an own licensed table to a licensed role and reads it.
-- wants: read
-- setup:
GRANT alice TO mallory;
-- attack:
ALTER TABLE vlt_mine OWNER TO alice;
REASSIGN OWNED BY mallory TO alice;
SELECT secret FROM vlt_mine;
