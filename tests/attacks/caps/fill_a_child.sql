-- Fills a child of a capped table, under an open name.
-- wants: fill
-- attack:
CREATE TABLE kid () INHERITS (dmo_mine);
INSERT INTO kid SELECT n, 'x' FROM generate_series(1, 1001) n;
