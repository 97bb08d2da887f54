-- Copies rows in with a condition.
-- wants: write
-- attack:
COPY vlt_parent FROM STDIN WHERE id > 0;
-- copy data:
100	x
\.
