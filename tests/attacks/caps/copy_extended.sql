-- Copies by the extended protocol.
-- wants: fill
-- attack:
-- extended
COPY dmo_nearly FROM STDIN;
-- copy data: 1001..1006
{n}	x
\.
