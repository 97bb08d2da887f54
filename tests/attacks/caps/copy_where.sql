-- Copies what a condition lets in.
-- wants: fill
-- attack:
COPY dmo_nearly FROM STDIN WHERE id % 2 = 0;
-- copy data: 1001..1013
{n}	x
\.
