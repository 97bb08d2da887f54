-- Who is logged in to the console, and who tried to: any process can serve any request.
--
-- Only proxies read and write these: nobody else is granted anything.

CREATE TABLE pgtoll.console_session (
  id bytea PRIMARY KEY,            -- the SHA-256 of the cookie: who reads this cannot use it
  role oid NOT NULL,               -- a role made anew under an old name is somebody else
  proven boolean NOT NULL,         -- false: the server asked for no password, and has none
  opened_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL     -- to the minute
);

CREATE TABLE pgtoll.console_attempt (
  subject bytea PRIMARY KEY,       -- the SHA-256 of a name or an address: people mistype passwords
  failures int NOT NULL,
  last_at timestamptz NOT NULL
);
