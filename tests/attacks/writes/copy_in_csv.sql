-- Copies rows in as CSV with a column list.
-- wants: write
-- attack:
COPY vlt_parent (id, secret) FROM STDIN (FORMAT csv, HEADER);
-- copy data:
id,secret
100,x
\.
