-- Has a domain of a table's column checked by making a row of JSON.
-- wants: read
-- attack:
CREATE TABLE typed (one account_id);
INSERT INTO typed VALUES (1);
SELECT json_populate_record(t, '{"one": 999}') FROM typed t;
