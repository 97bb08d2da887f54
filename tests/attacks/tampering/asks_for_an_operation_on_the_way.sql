-- Reads in a view that asks for an operation on every row.
-- wants: read
-- attack:
CREATE VIEW public.asking AS
  SELECT secret FROM vlt_account WHERE pgtoll.has_operation_license('MyApp.Use') IS NOT NULL;
SELECT secret FROM asking;
SELECT secret FROM vlt_account, pgtoll.operation_license('MyApp.Use');
