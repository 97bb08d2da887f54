-- Hides the write in a pipeline.
-- wants: write
-- attack:
-- pipeline
SELECT 1;
UPDATE vlt_account SET secret = 'x';
SELECT 2;
