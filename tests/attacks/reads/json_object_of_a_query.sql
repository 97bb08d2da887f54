-- Builds a document from the rows of a query by the standard's functions.
-- wants: read
-- since: 16
-- attack:
SELECT JSON_ARRAY(SELECT secret FROM vlt_account RETURNING jsonb);
SELECT JSON_OBJECT('loot': (SELECT max(secret) FROM vlt_account));
SELECT JSON_ARRAYAGG(v.secret) FROM vlt_account v;
