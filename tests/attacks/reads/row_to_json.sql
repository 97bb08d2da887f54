-- Reads the row as JSON.
-- wants: read
-- attack:
SELECT row_to_json(a) FROM vlt_account a;
SELECT to_jsonb(a) FROM vlt_account a;
