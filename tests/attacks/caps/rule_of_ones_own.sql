-- Makes a rule on a table of its own that inserts elsewhere.
-- wants: fill
-- attack:
CREATE RULE also AS ON INSERT TO mallory_own DO ALSO INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n;
INSERT INTO mallory_own VALUES (3, 'three');
