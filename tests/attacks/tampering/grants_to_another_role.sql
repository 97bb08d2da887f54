-- Grants an own licensed table to another who has no license.
-- wants: read
-- attack:
GRANT SELECT ON vlt_mine TO porter;
-- session: first
-- as: porter
SELECT 1;
-- session: first
SELECT secret FROM vlt_mine;
