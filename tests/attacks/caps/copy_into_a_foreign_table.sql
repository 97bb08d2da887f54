-- Copies into a foreign table that leads back to the capped one.
-- wants: fill
-- attack:
COPY far_nearly FROM STDIN;
-- copy data: 1001..1006
{n}	x
\.
