-- Reads a partition that has a name of nobody's.
-- wants: read
-- attack:
SELECT secret FROM eastern;
