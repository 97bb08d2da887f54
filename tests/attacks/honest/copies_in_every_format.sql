-- Copies rows in and out in every format.
-- attack:
CREATE TABLE lines (id int, v text, n numeric DEFAULT 7);
COPY lines (id, v) FROM STDIN;
-- copy data:
1	one
2	\N
\.
COPY lines FROM STDIN WITH (FORMAT csv, HEADER true, NULL 'nil', DELIMITER ';');
-- copy data:
id;v;n
3;"th;ree";1.5
4;nil;2
\.
COPY lines FROM STDIN CSV WHERE id > 5;
-- copy data:
5,five,5
6,six,6
\.
COPY lines TO STDOUT;
COPY lines (id, v) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE (v));
COPY lines TO STDOUT (FORMAT binary);
COPY (TABLE lines ORDER BY id DESC LIMIT 1) TO STDOUT;
COPY lines FROM STDIN;
-- copy data:
x	bad
\.
BEGIN;
TRUNCATE lines;
COPY lines FROM STDIN WITH (FREEZE);
-- copy data:
9	nine	9
\.
COMMIT;
SELECT * FROM lines ORDER BY id;
COPY dmo_empty FROM STDIN WITH DELIMITER '|';
-- copy data:
1|a
2|b
\.
