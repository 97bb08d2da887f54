-- Moves an own licensed table to an own schema.
-- wants: read
-- attack:
CREATE SCHEMA den;
ALTER TABLE vlt_mine SET SCHEMA den;
SELECT secret FROM den.vlt_mine;
