-- Returns a value of the domain from JSON.
-- wants: read
-- since: 17
-- attack:
SELECT json_value('99', '$' RETURNING account_id ERROR ON ERROR);
