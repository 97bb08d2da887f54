-- What rows count towards: a partition's also towards what has a name of its own below the root, and
-- those of a table that has become somebody's child. And what to do where the server does not count.

-- Whether the server's counts of what a transaction did may be missing: somebody may have turned them
-- off for a while, even in a function that another user owns. Whoever looks at locks then sees more
-- than there was, and never less.
CREATE FUNCTION pgtoll.blind() RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN current_setting('track_counts') <> 'on' OR EXISTS (
    SELECT FROM pg_parameter_acl p, aclexplode(p.paracl) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE p.parname = 'track_counts' AND a.privilege_type = 'SET' AND r.rolsuper IS NOT TRUE);
END
$$;

-- Whether a product names a relation, or it is settled whose it is: not for its parents' sake.
CREATE FUNCTION pgtoll.own_product(one pgtoll.known) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pgtoll.pin p WHERE p.relation = one.relation)
    OR pgtoll.named_by_product(one);
END
$$;

CREATE FUNCTION pgtoll.named_by_product(one pgtoll.known) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pgtoll.element e
    WHERE lower(one.relname::text COLLATE "C") LIKE e.in_name
      AND lower(one.nspname::text COLLATE "C") LIKE e.in_schema);
END
$$;

-- The capped table that the rows of a relation count towards, if there is one: of itself and those
-- that it is a partition of, the topmost. What is below that has no more rows. Partitions of an
-- exempt table are exempt, but for those that a product names.
CREATE FUNCTION pgtoll.counted(relation oid, demo int[]) RETURNS SETOF pgtoll.known
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  above oid;
  one pgtoll.known;
  exempted boolean := false;
BEGIN
  FOR above IN
    SELECT coalesce(a.relid, relation)
    FROM (VALUES (true)) one_row LEFT JOIN pg_partition_ancestors(relation)
      WITH ORDINALITY a (relid, level) ON true
    ORDER BY a.level DESC
  LOOP
    one := pgtoll.know(above);
    IF one.products && demo AND one.relkind IN ('r', 'p') AND NOT one.exempt
      AND (NOT exempted OR pgtoll.named_by_product(one)) THEN
      RETURN NEXT one;
      RETURN;
    END IF;
    exempted := exempted OR coalesce(one.exempt, false);
  END LOOP;
END
$$;

DROP FUNCTION pgtoll.attached(oid);

-- The first table in demo mode that has more rows than the cap, by what the server believes.
CREATE OR REPLACE FUNCTION pgtoll.believed_full(cap int, demo int[]) RETURNS json
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one pgtoll.known;
  written oid[] := (SELECT array_agg(DISTINCT l.relation) FROM pg_locks l
    WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384
      AND l.mode NOT IN ('AccessShareLock', 'RowShareLock'));
BEGIN
  FOREACH one IN ARRAY pgtoll.filled(demo, coalesce(written, '{}')) LOOP
    IF pgtoll.rows_believed(one.relation) > cap THEN
      RETURN json_build_object('rule', 'cap', 'schema', one.nspname, 'table', one.relname,
        'product', pgtoll.code_among(one.products, demo), 'cap', cap);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- Refuses the end of a transaction that has opened a cursor WITH HOLD: its query runs at COMMIT,
-- after every check, and could do anything that was refused before. Asks the function, for who reads
-- the view is refused.
CREATE OR REPLACE FUNCTION pgtoll.refuse_held_cursors() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  cursor_name text := (SELECT c.name FROM pg_cursor() c
    WHERE c.is_holdable AND c.creation_time >= transaction_timestamp() LIMIT 1);
BEGIN
  IF cursor_name IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('cursor "%s" WITH HOLD cannot outlive this transaction', cursor_name),
      DETAIL = 'Its query would run at COMMIT, after what the transaction did was checked.',
      HINT = 'Close the cursor before COMMIT, or declare it in a transaction of its own.';
  END IF;
END
$$;

-- Whether the user may be shown what other users' sessions run: is a member of anything, in doubt.
CREATE FUNCTION pgtoll.sees_others() RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
    WHERE r.rolname = session_user);
END
$$;

-- Refuses who has read what holds values of any table, of the relations of the system that they hold.
CREATE OR REPLACE FUNCTION pgtoll.refuse_values(lacked int[], relation oid) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF relation = 'pg_stat_activity'::regclass AND NOT pgtoll.sees_others() THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'TOLL2', MESSAGE = 'watch', SCHEMA = 'pg_catalog',
    TABLE = (SELECT c.relname FROM pg_class c WHERE c.oid = relation),
    DETAIL = pgtoll.code_among(lacked, lacked);
END
$$;

-- Refuses to vouch for what cannot be seen: a part that was rolled back leaves counts and no locks,
-- and no counts where they are off; nor does a deferred trigger that has deferred another.
CREATE FUNCTION pgtoll.refuse_blind() RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF pgtoll.blind() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = 'what this transaction did cannot be checked while track_counts may be off',
      DETAIL = 'It ran code that was not read, and the server may not have counted what that did.',
      HINT = 'Ask the DBA for pgtoll doctor: it tells who may set the parameter track_counts.';
  END IF;
END
$$;

REVOKE ALL ON FUNCTION pgtoll.blind() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.own_product(pgtoll.known) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.named_by_product(pgtoll.known) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.counted(oid, int[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.sees_others() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.refuse_blind() FROM PUBLIC;
