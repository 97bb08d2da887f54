-- Lets a constraint that fails to validate show the key.
-- wants: read
-- shows: top-secret
-- attack:
CREATE TABLE twice AS SELECT secret FROM vlt_mine UNION ALL SELECT secret FROM vlt_mine;
CREATE UNIQUE INDEX ON twice (secret);
