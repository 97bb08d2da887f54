-- Copies rows that go to several partitions.
-- wants: fill
-- attack:
COPY dmo_parted FROM STDIN;
-- copy data: 9998..10003
{n}	x
\.
