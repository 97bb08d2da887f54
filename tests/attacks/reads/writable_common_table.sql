-- Reads by a DELETE in a WITH query.
-- wants: read
-- attack:
WITH gone AS (DELETE FROM vlt_note RETURNING body) SELECT body FROM gone;
