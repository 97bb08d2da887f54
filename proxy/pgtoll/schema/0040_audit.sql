-- What the audit tells of besides refusals and changes: log-ins to the consoles, what administrators
-- have had done, reloads of the configuration.
CREATE TABLE pgtoll.event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  kind text NOT NULL,      -- login, command, reload
  outcome text NOT NULL,   -- done, refused, failed
  username text NOT NULL,
  act text NOT NULL,       -- the console, or the command
  message text NOT NULL,
  client text NOT NULL,
  proxy text NOT NULL,     -- the program that wrote it: its machine, and its first process there
  change xid8 DEFAULT pg_current_xact_id()
);
CREATE INDEX event_at ON pgtoll.event (at);
GRANT SELECT ON pgtoll.event TO pgtoll_manager;

-- How far proxies have told of the changes in seat_history and document_history elsewhere, in a file
-- or by syslog: whichever starts when none runs tells what has happened since.
CREATE TABLE pgtoll.told (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version pg_snapshot NOT NULL
);
