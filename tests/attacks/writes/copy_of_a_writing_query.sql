-- Copies out what a DELETE returns.
-- wants: write
-- attack:
COPY (DELETE FROM vlt_note RETURNING id) TO STDOUT;
