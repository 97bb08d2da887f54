-- Reads by a text in a block that asks for an operation before and after.
-- wants: read
-- attack:
DO $$
DECLARE
  found text;
BEGIN
  PERFORM pgtoll.has_operation_license('MyApp.Use');
  EXECUTE 'SEL' || 'ECT secret FROM vlt_' || 'account LIMIT 1' INTO found;
  PERFORM pgtoll.has_operation_license(found);
  RAISE NOTICE '%', found;
END $$;
