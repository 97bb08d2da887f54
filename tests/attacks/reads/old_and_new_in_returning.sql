-- Changes nothing in an open row and returns a query beside what was and what is.
-- wants: read
-- since: 18
-- attack:
UPDATE mallory_own SET v = v WHERE id = 1 RETURNING old.v, (SELECT secret FROM vlt_account WHERE id = new.id);
