-- Makes and fills tables that are not capped.
-- attack:
CREATE TABLE plenty AS SELECT n FROM generate_series(1, 3000) n;
INSERT INTO plenty SELECT n FROM generate_series(1, 3000) n;
SELECT count(*) FROM plenty;
INSERT INTO base_many SELECT n, 'x' FROM generate_series(1, 3000) n;
