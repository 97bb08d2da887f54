-- Updates and deletes through a cursor in a full table, and inserts as much.
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM dmo_full WHERE id < 3 ORDER BY id FOR UPDATE;
FETCH c;
UPDATE dmo_full SET v = 'cursor' WHERE CURRENT OF c;
FETCH c;
DELETE FROM dmo_full WHERE CURRENT OF c;
INSERT INTO dmo_full VALUES (5000, 'x');
COMMIT;
SELECT count(*) FROM dmo_full;
