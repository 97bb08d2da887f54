-- Fills a grandchild of a capped table.
-- wants: fill
-- attack:
CREATE TABLE kid () INHERITS (dmo_mine);
CREATE TABLE grandkid () INHERITS (kid);
INSERT INTO grandkid SELECT n, 'x' FROM generate_series(1, 1001) n;
