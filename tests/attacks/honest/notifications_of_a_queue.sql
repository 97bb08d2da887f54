-- Runs a queue of jobs: rows locked and skipped, listeners told by a trigger.
-- attack:
CREATE TABLE job (id serial PRIMARY KEY, payload jsonb, state text DEFAULT 'new', tries int DEFAULT 0);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('jobs', NEW.id::text); RETURN NEW; END $$;
CREATE TRIGGER tell AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION tell();
LISTEN jobs;
INSERT INTO job (payload) VALUES ('{"a": 1}'), ('{"a": 2}'), ('{"a": 3}');
-- session: worker
BEGIN;
UPDATE job SET state = 'busy', tries = tries + 1 WHERE id = (SELECT id FROM job WHERE state = 'new' ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING id, payload;
-- session: other
BEGIN;
SELECT id FROM job WHERE state = 'new' ORDER BY id FOR NO KEY UPDATE SKIP LOCKED LIMIT 1;
COMMIT;
-- session: worker
UPDATE job SET state = 'done' WHERE id = 1;
COMMIT;
-- session: first
NOTIFY jobs, 'manual';
SELECT id, state, tries FROM job ORDER BY id;
DELETE FROM job WHERE state = 'done' RETURNING id;
UNLISTEN *;
