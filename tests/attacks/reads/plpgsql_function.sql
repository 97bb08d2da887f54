-- Calls a PL/pgSQL function that reads.
-- wants: read
-- attack:
SELECT account_text(1);
