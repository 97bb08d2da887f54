-- Copies into an open table whose trigger inserts into the capped one.
-- wants: fill
-- attack:
COPY copied FROM STDIN;
-- copy data: 1001..1006
{n}	x
\.
