-- Carries the secrets by a multi-column SET.
-- wants: read
-- attack:
UPDATE mallory_own m SET (v) = (SELECT secret FROM vlt_account a WHERE a.id = m.id) RETURNING v;
