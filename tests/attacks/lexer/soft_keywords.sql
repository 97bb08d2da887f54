-- Reads views that are called like keywords of others.
-- wants: read
-- setup:
CREATE VIEW describe AS SELECT secret FROM vlt_account;
GRANT SELECT ON describe TO mallory;
CREATE VIEW format AS SELECT secret FROM vlt_account;
GRANT SELECT ON format TO mallory;
CREATE VIEW function AS SELECT secret FROM vlt_account;
GRANT SELECT ON function TO mallory;
CREATE VIEW temp AS SELECT secret FROM vlt_account;
GRANT SELECT ON temp TO mallory;
CREATE VIEW unlogged AS SELECT secret FROM vlt_account;
GRANT SELECT ON unlogged TO mallory;
-- attack:
-- together
SELECT * FROM describe x
-- apart
-- together
SELECT * FROM format x
-- apart
-- together
SELECT * FROM function x
-- apart
-- together
SELECT * FROM temp x
-- apart
-- together
SELECT * FROM unlogged x
-- apart
