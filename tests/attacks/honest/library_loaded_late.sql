-- Goes on after a mistake, though a library with parameters of its own was loaded before it.
-- since: 16
-- attack:
CREATE EXTENSION pg_trgm;
DO $$ BEGIN EXECUTE 'SELECT 1'; END $$;
SELECT similarity('word', 'words') > 0.5;
CREATE EXTENSION no_such_extension;
DO $$ BEGIN EXECUTE 'SELECT 2'; END $$;
SELECT current_setting('pg_trgm.similarity_threshold');
