-- Copies rows in as text.
-- wants: write
-- attack:
COPY vlt_parent FROM STDIN;
-- copy data:
100	x
\.
