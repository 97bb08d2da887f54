-- Puts a type before a string, and a range of an interval.
-- wants: read
-- attack:
-- together
SELECT interval '1' day, box '(1,1),(0,0)', secret FROM vlt_account
