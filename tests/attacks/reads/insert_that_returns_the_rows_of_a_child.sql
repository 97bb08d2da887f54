-- Inserts into an open table, and returns what a licensed one that inherits from it holds.
-- wants: read
-- attack:
INSERT INTO history VALUES (1, 'a') RETURNING (SELECT string_agg(body, ',') FROM history);
INSERT INTO history SELECT id, body FROM history RETURNING body;
