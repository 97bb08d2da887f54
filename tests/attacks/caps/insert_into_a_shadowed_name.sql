-- Makes an open table of the same name, and names the capped one by a path that changes.
-- wants: fill
-- attack:
CREATE SCHEMA mine;
CREATE TABLE mine.dmo_nearly (id int, v text);
SET search_path = mine, public;
PREPARE p AS INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
SET search_path = public;
EXECUTE p;
