-- Uses inheritance between tables of its own.
-- attack:
CREATE TABLE vehicle (id serial PRIMARY KEY, wheels int CHECK (wheels > 0));
CREATE TABLE car (doors int DEFAULT 4) INHERITS (vehicle);
INSERT INTO vehicle (wheels) VALUES (2);
INSERT INTO car (wheels, doors) VALUES (4, 5);
SELECT tableoid::regclass, id, wheels FROM vehicle ORDER BY id;
SELECT id FROM ONLY vehicle;
UPDATE vehicle SET wheels = wheels + 1;
SELECT * FROM vehicle* ORDER BY id;
ALTER TABLE vehicle ADD COLUMN colour text DEFAULT 'red';
SELECT * FROM car;
ALTER TABLE car NO INHERIT vehicle;
ALTER TABLE car INHERIT vehicle;
SELECT p.relname, count(*) FROM vehicle v JOIN pg_class p ON v.tableoid = p.oid GROUP BY 1 ORDER BY 1;
DELETE FROM vehicle WHERE wheels > 4;
SELECT count(*) FROM car;
DROP TABLE vehicle CASCADE;
