-- Copies rows in, of which those that cannot be read are left out.
-- wants: fill
-- since: 17
-- attack:
COPY dmo_nearly FROM STDIN WITH (ON_ERROR ignore, REJECT_LIMIT 5);
-- copy data: 3001..3010
{n}	x
\.
COPY dmo_nearly FROM STDIN WITH (ON_ERROR ignore);
-- copy data: 3001..3010
{n}	x
\.
