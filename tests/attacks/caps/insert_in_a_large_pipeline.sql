-- Sends a thousand and one inserts and one Sync.
-- wants: fill
-- attack:
-- pipeline
-- repeat: 1..1001
INSERT INTO dmo_empty VALUES ({n}, 'x');
