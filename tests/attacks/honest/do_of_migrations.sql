-- What tools' migrations do in DO blocks.
-- attack:
DO $$ BEGIN
  CREATE TYPE mood AS ENUM ('sad', 'happy');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN
  CREATE TYPE mood AS ENUM ('sad', 'happy');
EXCEPTION WHEN duplicate_object THEN RAISE NOTICE 'type mood is there';
END $$;
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                 WHERE t.typname = 'mood' AND n.nspname = current_schema()) THEN
    CREATE TYPE mood AS ENUM ('sad');
  END IF;
END $$;
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM information_schema.columns
                 WHERE table_name = 'mallory_own' AND column_name = 'noted') THEN
    ALTER TABLE mallory_own ADD COLUMN noted timestamptz;
  END IF;
END $$;
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'mallory_own_v_not_empty') THEN
    ALTER TABLE mallory_own ADD CONSTRAINT mallory_own_v_not_empty CHECK (v <> '');
  END IF;
END $$;
DO $$ DECLARE n int; BEGIN
  SET LOCAL lock_timeout = '5s';
  UPDATE mallory_own SET v = v || '!' WHERE id > 0;
  GET DIAGNOSTICS n = ROW_COUNT;
  RAISE NOTICE 'updated % rows', n;
END $$;
DO $$ BEGIN
  CREATE TABLE flyway_history (rank int PRIMARY KEY, script varchar(1000) NOT NULL,
    installed timestamp DEFAULT now(), success boolean NOT NULL);
  CREATE INDEX flyway_history_s_idx ON flyway_history (success);
  COMMENT ON TABLE flyway_history IS 'what has run';
END $$;
INSERT INTO flyway_history VALUES (1, 'V1', DEFAULT, true) RETURNING rank;
DO $$ BEGIN IF to_regclass('public.flyway_history') IS NOT NULL THEN
  GRANT SELECT ON flyway_history TO porter; END IF; END $$;
DO $$ BEGIN
  ASSERT (SELECT count(*) FROM mallory_own) > 0, 'nothing there';
  IF (SELECT count(*) FROM customer) < 1 THEN RAISE EXCEPTION 'no customers'; END IF;
END $$;
DO $$ BEGIN RAISE EXCEPTION 'this migration cannot be undone' USING HINT = 'restore a backup'; END $$;
DROP TABLE flyway_history;
