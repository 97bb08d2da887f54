-- Makes a range type and uses it.
-- attack:
CREATE TYPE span AS RANGE (subtype = float8);
CREATE TABLE spans (s span);
INSERT INTO spans VALUES ('[1,2]'), (span(3, 4));
SELECT s FROM spans WHERE s && '[1.5,3.5]' ORDER BY s;
