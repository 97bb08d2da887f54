-- Fills up by the extended protocol, with one Sync.
-- attack:
-- pipeline
-- repeat: 1001..1005
INSERT INTO dmo_nearly VALUES ({n}, 'x');
-- apart
-- extended
SELECT count(*) FROM dmo_nearly;
