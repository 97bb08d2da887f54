-- Executes a prepared insert six times.
-- wants: fill
-- attack:
PREPARE p (int) AS INSERT INTO dmo_nearly VALUES ($1, 'x');
-- repeat: 1001..1006
EXECUTE p ({n});
