-- Passes a query to a path of a document.
-- wants: read
-- since: 17
-- attack:
SELECT JSON_VALUE(jsonb '{}', '$x' PASSING (SELECT max(secret) FROM vlt_account) AS x);
SELECT JSON_QUERY((SELECT payload FROM vlt_document WHERE id = 1), '$.secret');
SELECT * FROM JSON_TABLE((SELECT jsonb_agg(secret) FROM vlt_account), '$[*]' COLUMNS (loot text PATH '$'));
