-- Moves an own licensed table and writes at the new place.
-- wants: write
-- attack:
CREATE SCHEMA den;
ALTER TABLE vlt_mine SET SCHEMA den;
UPDATE den.vlt_mine SET secret = 'x';
