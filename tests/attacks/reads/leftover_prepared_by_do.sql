-- Has a block that is refused prepare a statement of the value, which outlives it, and executes that.
-- wants: read
-- attack:
DO $$ BEGIN EXECUTE format('PREPARE p AS SELECT %L::text', (SELECT secret FROM vlt_account LIMIT 1)); END $$;
EXECUTE p;
