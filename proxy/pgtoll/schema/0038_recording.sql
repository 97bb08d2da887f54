-- What proxies are told to record, and what they have recorded until the command collects it.

-- There is one at most. Proxies record until its time is over, which whoever wants it puts off again
-- and again: who dies leaves nothing that goes on.
CREATE TABLE pgtoll.recording (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  only_one boolean NOT NULL DEFAULT true UNIQUE CHECK (only_one),
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  begun_by text NOT NULL DEFAULT pgtoll.acting(),
  until timestamptz NOT NULL,
  ended boolean NOT NULL DEFAULT false   -- proxies hand over what they have, and stop
);

-- Only proxies write these, and no literal of any statement is in them.
CREATE TABLE pgtoll.recorded (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recording bigint NOT NULL,
  batch bytea NOT NULL
);
CREATE INDEX recorded_recording ON pgtoll.recorded (recording, id);

-- The last recording, by which the console says what an upload would change for whom.
CREATE TABLE pgtoll.kept_recording (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kept_by text NOT NULL DEFAULT pgtoll.acting(),
  until timestamptz NOT NULL,
  file bytea NOT NULL CHECK (octet_length(file) <= 16 << 20)
);

-- Not when the time is put off: proxies see that whenever they write.
CREATE TRIGGER notify_proxies AFTER INSERT OR UPDATE OF ended OR DELETE ON pgtoll.recording
  FOR EACH ROW EXECUTE FUNCTION pgtoll.notify_proxies('recording');

GRANT SELECT, INSERT (until), UPDATE (until, ended), DELETE ON pgtoll.recording TO pgtoll_manager;
GRANT SELECT, DELETE ON pgtoll.recorded TO pgtoll_manager;
GRANT SELECT, INSERT (until, file), DELETE ON pgtoll.kept_recording TO pgtoll_manager;
