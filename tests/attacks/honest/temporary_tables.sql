-- Works with temporary tables.
-- attack:
CREATE TEMP TABLE t (id int) ON COMMIT PRESERVE ROWS;
INSERT INTO t SELECT generate_series(1, 10);
SELECT sum(id) FROM t;
DROP TABLE t;
