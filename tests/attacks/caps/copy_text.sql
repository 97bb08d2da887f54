-- Copies more rows in than there is room for.
-- wants: fill
-- attack:
COPY dmo_nearly FROM STDIN;
-- copy data: 1001..1006
{n}	copied
\.
