-- Learns a row by the detail of a check's error.
-- wants: read
-- attack:
ALTER TABLE vlt_mine ADD CHECK (id < 5) NOT VALID;
UPDATE vlt_mine SET id = 10 WHERE id = 1;
