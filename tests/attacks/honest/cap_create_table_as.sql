-- Makes capped tables of a thousand rows.
-- attack:
CREATE TABLE dmo_made AS SELECT n FROM generate_series(1, 1000) n;
SELECT n INTO dmo_other FROM generate_series(1, 1000) n;
SELECT count(*) FROM dmo_made, LATERAL (SELECT count(*) FROM dmo_other) o;
DROP TABLE dmo_made, dmo_other;
