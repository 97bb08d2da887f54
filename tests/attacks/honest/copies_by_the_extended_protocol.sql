-- Copies rows in and out by the extended protocol.
-- attack:
-- extended
COPY mallory_own FROM STDIN;
-- copy data:
60	sixty
61	sixty-one
\.
COPY (SELECT * FROM mallory_own ORDER BY id) TO STDOUT;
COPY (SELECT name FROM customer WHERE id < 4 ORDER BY id) TO STDOUT WITH (FORMAT csv);
