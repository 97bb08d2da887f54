-- Makes a schema with a table in it, and a rule that writes to the vault, in one text.
-- wants: write
-- attack:
-- together
CREATE SCHEMA den CREATE TABLE trap (id int);
CREATE RULE into_vault AS ON INSERT TO den.trap DO ALSO DELETE FROM public.vlt_note;
INSERT INTO den.trap VALUES (1);
