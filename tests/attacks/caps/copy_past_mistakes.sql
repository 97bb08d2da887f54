-- Copies with mistakes that are passed over.
-- wants: fill
-- since: 17
-- attack:
COPY dmo_nearly FROM STDIN (ON_ERROR ignore);
-- copy data:
1001	x
none	x
1002	x
1003	x
1004	x
1005	x
1006	x
\.
