-- Copies into one partition.
-- wants: fill
-- attack:
COPY high FROM STDIN;
-- copy data: 20001..20006
{n}	x
\.
