-- Copies into a foreign table that leads back to the capped one.
-- wants: fill
-- setup:
CALL open_ways_out();
-- attack:
COPY far_nearly FROM STDIN;
-- copy data: 1001..1006
{n}	x
\.
