-- Makes a range type and goes on working with everything.
-- attack:
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
SELECT span(1, 2) && '[1.5,3]'::span;
SELECT count(*) FROM customer;
SELECT count(*) FROM item WHERE price > 5;
DROP TYPE span;
