-- Copies into a view whose trigger inserts.
-- wants: fill
-- attack:
COPY gate FROM STDIN;
-- copy data: 1001..1006
{n}	x
\.
