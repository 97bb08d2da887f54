-- Copies in what there is room for, and everything out.
-- attack:
COPY dmo_nearly FROM STDIN;
-- copy data: 1001..1005
{n}	x
\.
COPY (SELECT id FROM dmo_nearly WHERE id > 990 ORDER BY id) TO STDOUT;
-- extended
DELETE FROM dmo_nearly WHERE id > 1000;
COPY dmo_nearly FROM STDIN (FORMAT csv);
-- copy data: 1001..1005
{n},x
\.
