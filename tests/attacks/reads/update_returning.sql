-- Reads by an UPDATE that changes nothing.
-- wants: read
-- attack:
UPDATE vlt_account SET id = id RETURNING secret;
