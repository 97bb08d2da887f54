-- What is kept day by day, for who looks after licenses and for who pays for them: when each user was
-- seen last, and what there was of seats, rows and refusals. Days are those of UTC.
--
-- Only proxies write this. Nothing here decides anything.

-- The last day on which each user was seen: who logged in, or whom an application named.
CREATE TABLE pgtoll.seen (
  username text PRIMARY KEY,
  last_day date NOT NULL
);
CREATE INDEX seen_last_day ON pgtoll.seen (last_day);

-- The days on which somebody wrote down what there was; the first proxy that comes to it does.
CREATE TABLE pgtoll.day (
  day date PRIMARY KEY,
  users int NOT NULL       -- seen on one of the 30 days before
);

CREATE TABLE pgtoll.day_product (
  day date NOT NULL REFERENCES pgtoll.day ON DELETE CASCADE,
  product text NOT NULL,
  bought int NOT NULL,     -- seats in force
  granted int NOT NULL,
  used int NOT NULL,       -- of those granted, those of users seen on one of the 30 days before
  PRIMARY KEY (day, product)
);

-- The fullest tables in demo mode.
CREATE TABLE pgtoll.day_table (
  day date NOT NULL REFERENCES pgtoll.day ON DELETE CASCADE,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  product text NOT NULL,
  held int NOT NULL,       -- rows, at most one more than the cap
  cap int NOT NULL,
  PRIMARY KEY (day, schema_name, table_name)
);

-- What was refused on days that are over; it stays when somebody deletes the refusals themselves.
CREATE TABLE pgtoll.day_refusal (
  day date NOT NULL,
  product text NOT NULL,
  kind text NOT NULL,
  refusals bigint NOT NULL,
  users int NOT NULL,
  PRIMARY KEY (day, product, kind)
);

GRANT SELECT ON pgtoll.seen, pgtoll.day, pgtoll.day_product, pgtoll.day_table, pgtoll.day_refusal
  TO pgtoll_manager;
