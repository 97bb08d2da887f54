-- Casts a string to the row of the table, and reads it as a whole row.
-- wants: read
-- attack:
-- together
SELECT to_json(x) FROM (SELECT a::text::vlt_account FROM vlt_account a) x
