-- Returns columns of the table that USING brings in.
-- wants: read
-- attack:
DELETE FROM mallory_own m USING vlt_account a WHERE a.id = m.id RETURNING a.secret;
