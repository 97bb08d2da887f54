-- Has deferred triggers insert below the cap, in a block and alone.
-- attack:
INSERT INTO later VALUES (1001, 'x');
BEGIN;
INSERT INTO later VALUES (1002, 'x');
SAVEPOINT s;
INSERT INTO later VALUES (1003, 'x');
COMMIT;
BEGIN;
INSERT INTO later VALUES (1004, 'x');
SET CONSTRAINTS ALL IMMEDIATE;
COMMIT;
