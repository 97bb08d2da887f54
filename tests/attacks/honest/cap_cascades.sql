-- Deletes and renumbers rows that others follow.
-- attack:
DELETE FROM dmo_full WHERE id <= 10;
INSERT INTO dmo_leaf SELECT n, n FROM generate_series(901, 1000) n;
SELECT count(*) FROM dmo_leaf;
