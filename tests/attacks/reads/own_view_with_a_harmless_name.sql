-- Hides the table behind a view in the temporary schema named like an open table.
-- wants: read
-- attack:
CREATE TEMP VIEW item AS SELECT secret FROM vlt_account;
SELECT * FROM item;
