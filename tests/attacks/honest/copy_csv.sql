-- Copies a query out as CSV.
-- attack:
COPY (SELECT id, title FROM item ORDER BY id LIMIT 3) TO STDOUT (FORMAT csv, HEADER);
