-- Takes a child out of its licensed parent.
-- wants: read
-- setup:
ALTER TABLE vlt_parent OWNER TO mallory;
ALTER TABLE branch OWNER TO mallory;
-- attack:
ALTER TABLE branch NO INHERIT vlt_parent;
SELECT secret FROM branch;
