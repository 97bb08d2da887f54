-- Inserts through a view on a view with a check option.
-- wants: fill
-- attack:
CREATE VIEW door AS SELECT id, v FROM dmo_view WHERE id > 1000 WITH CHECK OPTION;
INSERT INTO door SELECT n, 'x' FROM generate_series(1001, 1006) n;
