-- Keeps periods of time apart by keys without overlaps, and refers to them.
-- since: 18
-- attack:
CREATE EXTENSION btree_gist;
CREATE TABLE tariff (id int, valid daterange, price int, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE contract (id int, valid daterange, tariff int, FOREIGN KEY (tariff, PERIOD valid) REFERENCES tariff (id, PERIOD valid));
INSERT INTO tariff VALUES (1, '[2026-01-01,2026-06-01)', 5), (1, '[2026-06-01,2027-01-01)', 6);
INSERT INTO tariff VALUES (1, '[2026-03-01,2026-04-01)', 7);
INSERT INTO contract VALUES (1, '[2026-05-01,2026-07-01)', 1);
INSERT INTO contract VALUES (2, '[2026-05-01,2028-07-01)', 1);
UPDATE tariff SET price = 8 WHERE valid @> '2026-02-01'::date RETURNING old.price, new.price;
DELETE FROM tariff WHERE id = 1 AND valid @> '2026-06-15'::date;
SELECT * FROM tariff ORDER BY valid;
