-- Makes mistakes in tables whose triggers run what nobody has read, but at other changes than these.
-- setup:
CREATE TABLE plan (id int PRIMARY KEY, v text NOT NULL);
CREATE TABLE step (id int PRIMARY KEY, plan int REFERENCES plan);
CREATE TABLE parted_plan (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE first_plans PARTITION OF parted_plan FOR VALUES FROM (0) TO (100);
CREATE VIEW planned AS SELECT id FROM plan GROUP BY id;
CREATE FUNCTION unread() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'SELECT ' || '1';
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER unread BEFORE UPDATE ON plan FOR EACH ROW EXECUTE FUNCTION unread();
CREATE TRIGGER unread_too BEFORE TRUNCATE ON plan EXECUTE FUNCTION unread();
CREATE TRIGGER unread BEFORE INSERT ON step FOR EACH ROW EXECUTE FUNCTION unread();
CREATE TRIGGER unread BEFORE UPDATE OR DELETE ON parted_plan FOR EACH ROW EXECUTE FUNCTION unread();
CREATE TRIGGER unread INSTEAD OF UPDATE ON planned FOR EACH ROW EXECUTE FUNCTION unread();
INSERT INTO plan VALUES (1, 'a'), (2, 'b');
INSERT INTO step VALUES (1, 1);
GRANT ALL ON plan, step, parted_plan, planned TO PUBLIC;
-- attack:
INSERT INTO plan VALUES (1, 'again');
INSERT INTO plan VALUES (3, NULL);
INSERT INTO plan VALUES (1, 'again') ON CONFLICT DO NOTHING;
DELETE FROM plan WHERE id = 1;
DELETE FROM plan WHERE id = 2 RETURNING *;
UPDATE step SET plan = 4 WHERE id = 1;
DELETE FROM step WHERE id = 1 / 0;
INSERT INTO parted_plan VALUES (1, 'a'), (1, 'b');
INSERT INTO parted_plan VALUES (100, 'a');
INSERT INTO planned VALUES (1);
MERGE INTO plan p USING (SELECT 1 AS id) s ON p.id = s.id + 1 WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'again');
COPY plan FROM STDIN;
-- copy data:
1	again
\.
