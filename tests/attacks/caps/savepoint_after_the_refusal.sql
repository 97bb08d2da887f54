-- Goes on after a refusal by way of a savepoint.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1004) n;
SAVEPOINT a;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1005, 1008) n;
ROLLBACK TO a;
INSERT INTO dmo_nearly VALUES (1005, 'x'), (1006, 'x');
ROLLBACK TO a;
COMMIT;
INSERT INTO dmo_nearly VALUES (2001, 'x'), (2002, 'x');
