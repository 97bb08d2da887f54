-- Makes an aggregate of steps that PostgreSQL has.
-- attack:
CREATE AGGREGATE my_sum (int4) (SFUNC = int4pl, STYPE = int4, INITCOND = '0');
SELECT my_sum(id) FROM mallory_own;
DROP AGGREGATE my_sum (int4);
