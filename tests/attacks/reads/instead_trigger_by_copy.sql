-- Copies rows into a view whose trigger, which takes them, tells what it reads.
-- wants: read
-- attack:
CREATE VIEW taken AS SELECT 1 AS id, 'a'::text AS v;
CREATE FUNCTION tells() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE told text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO told;
  RAISE NOTICE '%', told;
  RETURN NEW;
END $$;
CREATE TRIGGER tells INSTEAD OF INSERT ON taken FOR EACH ROW EXECUTE FUNCTION tells();
COPY taken FROM STDIN;
-- copy data:
2	b
\.
