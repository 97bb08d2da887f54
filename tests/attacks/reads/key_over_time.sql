-- Asks by a key over periods whether there is such a row, and is told in the error which there is not.
-- wants: read
-- shows: is not present in table "vlt_tariff"
-- since: 18
-- setup:
CREATE EXTENSION btree_gist;
CREATE TABLE vlt_tariff (id int, valid daterange, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
INSERT INTO vlt_tariff VALUES (7, '[2026-01-01,2027-01-01)');
GRANT SELECT, REFERENCES ON vlt_tariff TO mallory;
-- attack:
CREATE TABLE probe (id int, valid daterange, FOREIGN KEY (id, PERIOD valid) REFERENCES vlt_tariff (id, PERIOD valid));
INSERT INTO probe VALUES (8, '[2026-02-01,2026-03-01)');
