-- Writes through views: simple ones, checked ones, with rules and with triggers.
-- attack:
CREATE VIEW cheap AS SELECT id, title, price, tags FROM item WHERE price < 5 WITH LOCAL CHECK OPTION;
INSERT INTO cheap (title, price) VALUES ('pen', 2) RETURNING title, price;
INSERT INTO cheap (title, price) VALUES ('car', 9000);
UPDATE cheap SET price = price + 1 WHERE title = 'pen' RETURNING price;
DELETE FROM cheap WHERE title = 'pen';
CREATE VIEW both AS SELECT c.name, o.total, o.id FROM customer c JOIN orders o ON o.customer = c.id;
CREATE FUNCTION change_both() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET total = NEW.total WHERE id = OLD.id; RETURN NEW; END $$;
CREATE TRIGGER change_both INSTEAD OF UPDATE ON both FOR EACH ROW EXECUTE FUNCTION change_both();
UPDATE both SET total = 1 WHERE id = 1 RETURNING name, total;
CREATE VIEW rooms AS SELECT id, room FROM office.desk;
CREATE RULE add_room AS ON INSERT TO rooms DO INSTEAD INSERT INTO office.desk VALUES (NEW.id, NEW.room) RETURNING id, room;
CREATE RULE log_room AS ON UPDATE TO rooms DO INSTEAD (UPDATE office.desk SET room = NEW.room WHERE id = OLD.id; NOTIFY rooms);
INSERT INTO rooms VALUES (8, 'attic') RETURNING *;
UPDATE rooms SET room = 'cellar' WHERE id = 8;
SELECT * FROM rooms ORDER BY id;
CREATE RULE keep AS ON DELETE TO mallory_own DO INSTEAD NOTHING;
DELETE FROM mallory_own;
SELECT count(*) FROM mallory_own;
CREATE RECURSIVE VIEW countdown (n) AS VALUES (3) UNION ALL SELECT n - 1 FROM countdown WHERE n > 0;
SELECT * FROM countdown;
INSERT INTO gate VALUES (2001, 'g') RETURNING *;
INSERT INTO dmo_view VALUES (2002, 'v') RETURNING id;
