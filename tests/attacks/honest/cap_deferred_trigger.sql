-- Fills up by a deferred trigger.
-- attack:
BEGIN;
INSERT INTO later SELECT n, 'x' FROM generate_series(1, 5) n;
COMMIT;
SELECT count(*) FROM dmo_log;
