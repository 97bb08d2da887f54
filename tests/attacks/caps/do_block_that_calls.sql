-- Calls a committing procedure from a block.
-- wants: fill
-- attack:
DO $$ BEGIN CALL fill_committing(6); END $$;
