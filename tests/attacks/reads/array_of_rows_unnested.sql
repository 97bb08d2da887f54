-- Reads by a function over arrays of rows of a licensed type.
-- wants: read
-- attack:
SELECT (unnest(array_agg(a))).secret FROM vlt_account a;
SELECT (jsonb_populate_recordset(NULL::vlt_account, jsonb_agg(a))).secret FROM vlt_account a;
