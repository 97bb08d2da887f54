-- Makes a schema with a view of the vault in it, in one statement.
-- wants: read
-- attack:
CREATE SCHEMA den CREATE VIEW loot AS SELECT secret FROM public.vlt_account;
SELECT * FROM den.loot;
