-- Whether this store has been taken back to an earlier time, or elsewhere: what was revoked since may
-- hold again. Proxies notice it, and write it down until somebody has seen to it.

-- Where the store was when a proxy last looked. The transaction that wrote this is named in it: a row
-- that was copied by a dump, or by replication of rows, was written by another.
CREATE TABLE pgtoll.whereabouts (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  instance text,  -- the system identifier of the cluster, NULL when it cannot be read
  timeline int,   -- NULL when it cannot be read
  change xid8 NOT NULL DEFAULT pg_current_xact_id()
);

CREATE TABLE pgtoll.setback (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  how text NOT NULL CHECK (how IN ('restored', 'copied')),
  reason text NOT NULL,        -- one clause
  found timestamptz,           -- the highest time seen that was in the store then
  settled_at timestamptz,
  settled_by text
);

-- What was imported, and from where.
CREATE TABLE pgtoll.import (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_by text NOT NULL DEFAULT pgtoll.acting(),
  exported timestamptz NOT NULL,
  instance text,               -- of the cluster that it was exported from
  digest text NOT NULL         -- SHA-256 of the file
);

-- The timeline that is written to now. NULL where a server has none, or tells nobody.
CREATE FUNCTION pgtoll.timeline() RETURNS int
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

-- Why that timeline was begun, in PostgreSQL's own words; NULL for whoever may not read files.
CREATE FUNCTION pgtoll.timeline_reason(timeline int) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT split_part(l.line, chr(9), 3)
    FROM regexp_split_to_table(
      pg_read_file(format('pg_wal/%s.history', lpad(upper(to_hex(timeline)), 8, '0'))), '\n')
      WITH ORDINALITY AS l (line, place)
    WHERE l.line ~ '^[0-9]' ORDER BY l.place DESC LIMIT 1
  );
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION pgtoll.timeline() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.timeline_reason(int) FROM PUBLIC;

GRANT SELECT ON pgtoll.setback, pgtoll.import, pgtoll.pin, pgtoll.product TO pgtoll_manager;
