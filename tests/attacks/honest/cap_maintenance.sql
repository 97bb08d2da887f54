-- Clusters, vacuums and analyses its own capped table.
-- attack:
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1005) n;
VACUUM FULL dmo_mine;
CLUSTER dmo_mine USING dmo_mine_pkey;
ANALYZE dmo_mine;
VACUUM dmo_mine;
REINDEX TABLE dmo_mine;
SELECT count(*) FROM dmo_mine;
