-- Inserts through an own view of a view with defaults.
-- wants: fill
-- attack:
CREATE VIEW over AS SELECT * FROM dmo_view;
ALTER VIEW over ALTER COLUMN v SET DEFAULT 'd';
INSERT INTO over (id) SELECT n FROM generate_series(6001, 6010) n;
