-- Reads into an alias of a variable, through a cursor with an argument that has a name.
-- wants: read
-- attack:
DO $$
#variable_conflict use_column
<<outside>>
DECLARE
  vlt text;
  other ALIAS FOR vlt;
  c CURSOR (which int) FOR SELECT secret FROM vlt_account WHERE id = which;
BEGIN
  OPEN c (which := (SELECT 1));
  FETCH c INTO other;
  RAISE NOTICE '%', outside.vlt;
END outside $$;
