-- Alters its own capped table while it is full.
-- attack:
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1005) n;
ALTER TABLE dmo_mine ADD COLUMN w int DEFAULT 7;
ALTER TABLE dmo_mine ALTER COLUMN v TYPE varchar(20);
CREATE INDEX ON dmo_mine (v);
UPDATE dmo_mine SET w = 8;
SELECT count(*), sum(w) FROM dmo_mine;
