-- Puts an own parent over a licensed table inside a DO block.
-- wants: read
-- attack:
CREATE TABLE above (id int, secret text);
DO $$ BEGIN EXECUTE 'ALTER TABLE vlt_mine INHERIT above'; END $$;
SELECT secret FROM above;
