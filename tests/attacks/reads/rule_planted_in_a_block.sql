-- Plants the rule on an own licensed table inside a DO block.
-- wants: read
-- attack:
CREATE TABLE loot (s text);
DO $$ BEGIN EXECUTE 'CREATE RULE r AS ON INSERT TO vlt_mine DO ALSO INSERT INTO loot VALUES (NEW.secret)'; END $$;
-- as: owner
INSERT INTO vlt_mine VALUES (100, 'top-secret-4711 new');
-- session: first
SELECT * FROM loot;
