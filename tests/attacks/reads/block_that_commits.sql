-- Copies and commits inside a DO block.
-- wants: read
-- attack:
CREATE TABLE loot (s text);
DO $$ BEGIN INSERT INTO loot SELECT secret FROM vlt_account; COMMIT; RAISE division_by_zero; END $$;
SELECT * FROM loot;
