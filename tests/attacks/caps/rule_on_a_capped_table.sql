-- Lets an insert that has room insert into another table that has less.
-- wants: fill
-- attack:
CREATE RULE also AS ON INSERT TO dmo_mine DO ALSO INSERT INTO dmo_log SELECT n, NEW.v FROM generate_series(1, 2) n;
INSERT INTO dmo_mine SELECT n FROM generate_series(1001, 1004) n;
