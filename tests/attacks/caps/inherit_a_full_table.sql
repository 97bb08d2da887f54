-- Makes a full table the child of a capped one of its own.
-- wants: fill
-- attack:
CREATE TABLE dmo_top (id int, v text);
CREATE TABLE big AS SELECT n AS id, 'x'::text AS v FROM generate_series(1, 1001) n;
-- session: second
ALTER TABLE big INHERIT dmo_top;
