-- Brings the licensed table in by an outer natural join.
-- wants: read
-- attack:
SELECT secret FROM (SELECT id FROM item) i NATURAL LEFT JOIN vlt_account;
