-- Copies from four sessions at the same moment, as pg_restore -j does.
-- wants: fill
-- attack:
-- session: s0
-- without waiting
COPY dmo_nearly FROM STDIN;
-- copy data: 1001..1003
{n}	x
\.
-- session: s1
-- without waiting
COPY dmo_nearly FROM STDIN;
-- copy data: 1004..1006
{n}	x
\.
-- session: s2
-- without waiting
COPY dmo_nearly FROM STDIN;
-- copy data: 1007..1009
{n}	x
\.
-- session: s3
-- without waiting
COPY dmo_nearly FROM STDIN;
-- copy data: 1010..1012
{n}	x
\.
