-- Declares a cursor that outlives its transaction beside an insert that is counted.
-- known: the query of such a cursor runs at COMMIT, behind the count
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001, 'x');
DECLARE kept CURSOR WITH HOLD FOR SELECT n FROM generate_series(1, 3) n;
COMMIT;
FETCH ALL FROM kept;
CLOSE kept;
