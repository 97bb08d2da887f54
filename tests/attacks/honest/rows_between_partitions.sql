-- Moves rows between the partitions of a table that is as full as it may be.
-- attack:
UPDATE dmo_parted SET id = id + 10000 WHERE id = 2;
BEGIN;
UPDATE dmo_parted SET id = id + 10000 WHERE id IN (4, 6);
INSERT INTO dmo_nearly VALUES (1001, 'x');
COMMIT;
