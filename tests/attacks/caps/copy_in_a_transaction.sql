-- Copies twice in one transaction.
-- wants: fill
-- attack:
BEGIN;
COPY dmo_nearly FROM STDIN;
-- copy data: 1001..1003
{n}	x
\.
COPY dmo_nearly FROM STDIN;
-- copy data: 1004..1006
{n}	x
\.
COMMIT;
