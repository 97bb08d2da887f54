-- Makes and fills a child in one text.
-- wants: fill
-- attack:
-- together
CREATE TABLE kid () INHERITS (dmo_mine); INSERT INTO kid SELECT n, 'x' FROM generate_series(1, 1001) n;
