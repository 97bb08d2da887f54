-- Lets a delete insert.
-- wants: fill
-- attack:
CREATE RULE also AS ON DELETE TO mallory_own DO INSTEAD INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n;
DELETE FROM mallory_own WHERE id = 1;
