-- Sends six inserts and one Sync.
-- wants: fill
-- attack:
-- pipeline
-- repeat: 1001..1006
INSERT INTO dmo_nearly VALUES ({n}, 'x');
