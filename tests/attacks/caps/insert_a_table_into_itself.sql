-- Doubles a table with its own rows.
-- wants: fill
-- attack:
INSERT INTO dmo_log TABLE dmo_log;
