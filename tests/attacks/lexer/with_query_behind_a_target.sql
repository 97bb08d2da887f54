-- Names a WITH query like the table that is updated.
-- wants: write
-- attack:
-- together
WITH vlt_account AS (SELECT 1) UPDATE vlt_account SET amount = 4711
