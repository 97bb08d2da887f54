-- Copies an open table out and in.
-- attack:
COPY mallory_own TO STDOUT;
COPY mallory_own FROM STDIN;
-- copy data:
100	x
\.
SELECT count(*) FROM mallory_own;
