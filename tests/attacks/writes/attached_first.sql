-- Attaches an own licensed table as a partition and writes through the root.
-- wants: write
-- attack:
CREATE TABLE above (id int NOT NULL, secret text) PARTITION BY RANGE (id);
ALTER TABLE above ATTACH PARTITION vlt_mine DEFAULT;
INSERT INTO above VALUES (100, 'x');
