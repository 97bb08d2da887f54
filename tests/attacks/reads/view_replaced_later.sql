-- Replaces a harmless view by one that reads.
-- wants: read
-- attack:
CREATE VIEW loot AS SELECT v FROM mallory_own;
SELECT * FROM loot;
CREATE OR REPLACE VIEW loot AS SELECT secret AS v FROM vlt_account;
SELECT * FROM loot;
