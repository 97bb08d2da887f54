-- Inserts in savepoints that are rolled back to and released in turn.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (7001), (7002);
SAVEPOINT a;
INSERT INTO dmo_nearly VALUES (7003), (7004);
ROLLBACK TO a;
INSERT INTO dmo_nearly VALUES (7005), (7006);
RELEASE a;
SAVEPOINT a;
INSERT INTO dmo_nearly VALUES (7007), (7008);
RELEASE a;
COMMIT;
