-- Copies a query out as CSV.
-- wants: read
-- attack:
COPY (SELECT secret FROM vlt_account) TO STDOUT (FORMAT csv);
