-- Joins a licensed table to an open one.
-- wants: read
-- attack:
SELECT i.title, a.secret FROM item i JOIN vlt_account a USING (id);
