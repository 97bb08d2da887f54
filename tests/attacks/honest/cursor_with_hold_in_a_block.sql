-- Declares a cursor that outlives its transaction beside an insert that is counted.
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
DECLARE kept CURSOR WITH HOLD FOR SELECT n FROM generate_series(1, 3) n;
COMMIT;
FETCH ALL FROM kept;
CLOSE kept;
BEGIN;
DECLARE of_rows SCROLL CURSOR WITH HOLD FOR SELECT id, name FROM customer ORDER BY id;
FETCH 2 FROM of_rows;
INSERT INTO dmo_log VALUES (1001, 'x');
COMMIT;
FETCH LAST FROM of_rows;
CLOSE ALL;
