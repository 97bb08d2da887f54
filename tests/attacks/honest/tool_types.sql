-- Asks about types as drivers do.
-- attack:
SELECT t.typname, t.typtype, t.typarray <> 0 FROM pg_type t WHERE t.oid = to_regtype('account_number');
SELECT e.enumsortorder FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'vlt_kind' ORDER BY 1 LIMIT 1;
