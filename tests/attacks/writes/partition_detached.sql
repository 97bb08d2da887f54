-- Detaches a partition and drops it.
-- wants: write
-- setup:
ALTER TABLE vlt_parted OWNER TO mallory;
ALTER TABLE eastern OWNER TO mallory;
-- attack:
ALTER TABLE vlt_parted DETACH PARTITION eastern;
DELETE FROM eastern;
