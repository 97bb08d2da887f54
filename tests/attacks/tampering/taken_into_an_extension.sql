-- Makes a licensed table a member of an own extension.
-- wants: read
-- attack:
CREATE EXTENSION hstore;
ALTER EXTENSION hstore ADD TABLE vlt_mine;
SELECT secret FROM vlt_mine;
