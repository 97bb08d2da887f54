-- Lets an update insert.
-- wants: fill
-- attack:
CREATE RULE also AS ON UPDATE TO mallory_own DO INSTEAD INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n;
UPDATE mallory_own SET v = 'x' WHERE id = 1;
