-- Compares by operators that are written out.
-- wants: read
-- attack:
-- together
SELECT secret FROM vlt_account WHERE id OPERATOR(pg_catalog.=) ANY (ARRAY[1, 2])
