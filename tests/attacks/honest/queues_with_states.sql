-- Has a function make a partition of a queue, with indexes that compare with a state.
-- attack:
CREATE TYPE job_state AS ENUM ('created', 'active', 'completed');
CREATE TABLE job (id int NOT NULL, name text NOT NULL, state job_state NOT NULL DEFAULT 'created', key text, tags job_state[]) PARTITION BY LIST (name);
CREATE FUNCTION create_queue(queue text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  part text := 'job_' || md5(queue);
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE job INCLUDING DEFAULTS)', part);
  EXECUTE format('ALTER TABLE %1$I ADD PRIMARY KEY (name, id)', part);
  EXECUTE format('CREATE UNIQUE INDEX %1$s_i1 ON %1$I (name, coalesce(key, '''')) WHERE state = ''created''', part);
  EXECUTE format('CREATE INDEX %1$s_i2 ON %1$I (id) WHERE tags <> ''{active}''', part);
  EXECUTE format('CREATE STATISTICS %1$s_s ON (state = ''active''), id FROM %1$I', part);
  EXECUTE format('ALTER TABLE job ATTACH PARTITION %I FOR VALUES IN (%L)', part, queue);
END $$;
SELECT create_queue('mail');
INSERT INTO job (id, name) VALUES (1, 'mail') RETURNING state;
INSERT INTO job (id, name) VALUES (1, 'none');
UPDATE job SET state = 'active' WHERE id = (SELECT id FROM job WHERE name = 'mail' AND state < 'active' LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING state;
