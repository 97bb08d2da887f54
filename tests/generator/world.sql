-- The relations that generated statements may touch. All have the columns a int and b text.
CREATE TABLE plain (a int, b text);
CREATE TABLE other (a int PRIMARY KEY, b text);
CREATE TABLE "Quoted" (a int, b text);
CREATE TABLE "od""d_na.me" (a int, b text);
CREATE TABLE "täble" (a int, b text);
CREATE TABLE "select" (a int, b text);
CREATE TABLE "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" (a int, b text);
CREATE TABLE "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" (a int, b text);

CREATE TABLE parent (a int, b text);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE parts (a int, b text) PARTITION BY LIST (a);
CREATE TABLE part_one PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE part_rest PARTITION OF parts DEFAULT;
CREATE TABLE keyed (a int PRIMARY KEY, b text);
CREATE TABLE refers (a int REFERENCES keyed ON DELETE CASCADE ON UPDATE CASCADE, b text);
CREATE TABLE numbered (a serial, b text);

CREATE TABLE logged (a int, b text);
CREATE TABLE ruled (a int, b text);
CREATE RULE also AS ON INSERT TO ruled DO ALSO INSERT INTO logged VALUES (new.a, new.b);
CREATE RULE gone AS ON DELETE TO ruled DO ALSO DELETE FROM "Quoted" q WHERE q.a = old.a;

CREATE VIEW seen AS SELECT a, b FROM plain;
CREATE VIEW seen_twice AS SELECT s.a, o.b FROM seen s JOIN other o ON o.a = s.a;
CREATE VIEW redirected AS SELECT a, b FROM other;
CREATE RULE elsewhere AS ON INSERT TO redirected DO INSTEAD INSERT INTO logged VALUES (new.a, new.b);
CREATE MATERIALIZED VIEW kept AS SELECT a, b FROM other;

CREATE TABLE listed (a int, b text);
CREATE TABLE guarded (a int, b text);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
CREATE POLICY lists ON guarded USING (a IN (SELECT l.a FROM listed l)) WITH CHECK (true);

CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN INSERT INTO logged VALUES (1, ''x''); RETURN new; END';
CREATE TABLE triggered (a int, b text);
CREATE TRIGGER note BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION note();
CREATE FUNCTION looks() RETURNS int LANGUAGE sql AS 'SELECT a FROM listed LIMIT 1';
CREATE FUNCTION b_of(refers) RETURNS text LANGUAGE sql AS 'SELECT max(b) FROM listed';
CREATE DOMAIN small AS int CHECK (VALUE < 1000);

CREATE TABLE aside.plain (a int, b text);
CREATE TABLE aside.beside (a int, b text);
CREATE TABLE aside.hidden (a int, b text);
CREATE TEMPORARY TABLE hidden (a int, b text);

INSERT INTO plain SELECT n, 'b' || n FROM generate_series(1, 3) n;
INSERT INTO other SELECT * FROM plain;
INSERT INTO keyed SELECT * FROM plain;
INSERT INTO refers SELECT * FROM plain;
INSERT INTO parts SELECT * FROM plain;
INSERT INTO child SELECT * FROM plain;
INSERT INTO listed SELECT * FROM plain;
INSERT INTO guarded SELECT * FROM plain;
INSERT INTO "Quoted" SELECT * FROM plain;
INSERT INTO aside.beside SELECT * FROM plain;
REFRESH MATERIALIZED VIEW kept;
