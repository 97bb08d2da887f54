-- Renames the schema around a licensed table.
-- wants: read
-- attack:
CREATE SCHEMA den;
ALTER TABLE vlt_mine SET SCHEMA den;
ALTER SCHEMA den RENAME TO lair;
SELECT secret FROM lair.vlt_mine;
