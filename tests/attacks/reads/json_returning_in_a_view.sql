-- Reads a view that has a domain with a check returned by JSON_VALUE, and makes a number of it.
-- wants: read
-- since: 17
-- attack:
CREATE VIEW valued AS SELECT JSON_VALUE('999', '$' RETURNING account_id) + 0 AS n;
SELECT n FROM valued;
