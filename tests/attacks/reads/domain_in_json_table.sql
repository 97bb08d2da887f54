-- Takes a value of the domain out of JSON.
-- wants: read
-- since: 17
-- attack:
SELECT * FROM json_table('[99]', '$[*]' COLUMNS (a account_id PATH '$' ERROR ON ERROR));
