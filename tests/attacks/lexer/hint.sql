-- Puts the table behind something that looks like a hint for the planner.
-- wants: read
-- attack:
-- together
SELECT /*+ /* */ -- */ secret FROM vlt_account
