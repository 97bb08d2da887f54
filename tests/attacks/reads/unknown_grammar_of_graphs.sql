-- Hides a query behind words of a newer grammar, in the same text.
-- wants: read
-- attack:
-- together
SELECT secret FROM vlt_account;
SELECT * FROM GRAPH_TABLE (g MATCH (a)-[b]->(c) COLUMNS (a.name));
-- apart
SELECT max(secret) FROM vlt_account;
