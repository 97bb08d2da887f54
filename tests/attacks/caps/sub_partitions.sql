-- Spreads rows over partitions of partitions, each of which has few.
-- wants: fill
-- attack:
CREATE TABLE dmo_tree (a int, b int) PARTITION BY LIST (a);
CREATE TABLE tree_one PARTITION OF dmo_tree FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE tree_one_one PARTITION OF tree_one FOR VALUES IN (1);
CREATE TABLE tree_one_two PARTITION OF tree_one FOR VALUES IN (2);
CREATE TABLE tree_two PARTITION OF dmo_tree DEFAULT;
INSERT INTO tree_one_one SELECT 1, 1 FROM generate_series(1, 400);
INSERT INTO tree_one SELECT 1, 2 FROM generate_series(1, 400);
INSERT INTO tree_two SELECT 5, 5 FROM generate_series(1, 400);
