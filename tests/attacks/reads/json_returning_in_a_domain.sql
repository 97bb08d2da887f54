-- Casts to a domain in whose check JSON_VALUE returns another that reads.
-- wants: read
-- since: 17
-- attack:
CREATE DOMAIN around AS int CHECK (JSON_VALUE(VALUE::text::jsonb, '$' RETURNING account_id) + 0 > 0);
SELECT 999::around;
