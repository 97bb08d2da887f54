-- Makes a record with a column of the domain from JSON.
-- wants: read
-- attack:
SELECT * FROM json_to_record('{"a": 99}') AS r (a account_id);
