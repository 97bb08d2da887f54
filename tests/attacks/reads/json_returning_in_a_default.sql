-- Inserts a default that has JSON_VALUE return a domain with a check.
-- wants: read
-- since: 17
-- attack:
CREATE TABLE valued (n int DEFAULT JSON_VALUE('999', '$' RETURNING account_id) + 0, v text);
INSERT INTO valued (v) VALUES ('x');
