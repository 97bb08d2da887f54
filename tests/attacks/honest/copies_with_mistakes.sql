-- Copies rows in and leaves out those that cannot be read.
-- since: 17
-- attack:
CREATE TABLE numbers (n int, v text);
COPY numbers FROM STDIN WITH (ON_ERROR ignore, LOG_VERBOSITY verbose);
-- copy data:
1	a
x	b
3	c
\.
SELECT * FROM numbers ORDER BY n;
COPY numbers FROM STDIN (FORMAT csv, ON_ERROR stop, DEFAULT 'D');
-- copy data:
4,d
\.
