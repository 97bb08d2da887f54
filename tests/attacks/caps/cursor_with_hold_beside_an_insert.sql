-- Leaves rows to a held cursor that calls a function which is read, behind an insert that is counted.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (2001, 'x');
DECLARE c CURSOR WITH HOLD FOR SELECT fill_nearly(6);
COMMIT;
