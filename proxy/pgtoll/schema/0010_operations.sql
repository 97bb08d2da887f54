-- Whether a user has a license for an operation or a component, answered by the database itself.
--
-- It cannot verify signatures: the proxies write down what they have verified. Whom it asks about
-- is the role that logged in, which no SET changes; only an impersonator names the person that it
-- works for. What everybody may call runs with its owner's rights, and the rest only as part of it.

-- What the licenses of a product give at any time; a product without a row has no license.
CREATE TABLE pgtoll.coverage (
  product text COLLATE "C" NOT NULL,
  during tstzrange NOT NULL,
  server boolean NOT NULL,  -- for everybody
  seats int NOT NULL,
  crowded boolean NOT NULL, -- more seats are granted: the earliest count
  reason text NOT NULL,     -- what is in force, or why nothing is
  hint text NOT NULL,       -- what to do about that; '' when something is in force
  PRIMARY KEY (product, during)
);

-- Codes of operations and components, and the products that control them.
CREATE TABLE pgtoll.operation (
  code text COLLATE "C" NOT NULL,
  product text COLLATE "C" NOT NULL,
  PRIMARY KEY (code, product)
);

-- Roles that log in for many people, and say by pgtoll.user for whom.
CREATE TABLE pgtoll.impersonator (
  rolename text COLLATE "C" PRIMARY KEY
);

-- The order in which seats count.
CREATE INDEX seat_rank ON pgtoll.seat (product, granted_at, username COLLATE "C");

-- Whose licenses count in this session.
CREATE FUNCTION pgtoll.license_user() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  named text := current_setting('pgtoll.user', true);
BEGIN
  IF named <> ''
    AND EXISTS (SELECT FROM pgtoll.impersonator i WHERE i.rolename = session_user::text) THEN
    RETURN named;
  END IF;
  RETURN session_user;
END
$$;

-- The time that licenses are judged by. It does not go back when the server's clock does.
CREATE FUNCTION pgtoll.present() RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN greatest(clock_timestamp(), (SELECT c.highest FROM pgtoll.clock c));
END
$$;

-- How many seats of a product count before a user's, up to a limit; NULL when the user has none.
-- The earliest come first, those of the same moment by name.
CREATE FUNCTION pgtoll.seat_place(product text, username text, most int) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN (
    SELECT (SELECT count(*) FROM (
        SELECT FROM pgtoll.seat e
        WHERE e.product = s.product
          AND (e.granted_at, e.username COLLATE "C") < (s.granted_at, s.username COLLATE "C")
        LIMIT most) earlier)
    FROM pgtoll.seat s WHERE s.product = $1 AND s.username = $2);
END
$$;

-- Whether a user may use an operation or component; NULL instead of a time is now. Each product
-- that controls it must let the user. It becomes part of the query that calls it: sub-selects, for
-- each is a lookup by key, whatever the planner believes of the tables.
CREATE FUNCTION pgtoll.operation_allowed(code text, username text, instant timestamptz)
RETURNS SETOF boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce(bool_and(coalesce((
      SELECT c.server OR c.seats > 0 AND EXISTS (
        SELECT FROM pgtoll.seat s WHERE s.product = c.product AND s.username = $2
          AND (NOT c.crowded OR pgtoll.seat_place(s.product, $2, c.seats) < c.seats))
      FROM pgtoll.coverage c
      WHERE c.product = o.product AND c.during @> coalesce($3,
        greatest(clock_timestamp(), (SELECT k.highest FROM pgtoll.clock k)))
      LIMIT 1), true)), false)
  FROM pgtoll.operation o WHERE o.code = $1
$$;

-- The products that control it, with all that there is to say about each.
CREATE FUNCTION pgtoll.operation_states(code text, username text, instant timestamptz)
RETURNS TABLE (product text, allowed boolean, place bigint, seats int, reason text, hint text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT o.product,
    c.product IS NULL OR c.server OR coalesce(s.place < c.seats, false),
    s.place, c.seats, c.reason, c.hint
  FROM pgtoll.operation o
  LEFT JOIN pgtoll.coverage c ON c.product = o.product AND c.during @> $3
  CROSS JOIN LATERAL (SELECT pgtoll.seat_place(c.product, $2, c.seats) AS place) s
  WHERE o.code = $1
$$;

-- A word as a shell takes it, for commands in hints.
CREATE FUNCTION pgtoll.shell_word(word text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  quote text := chr(39);
BEGIN
  IF word COLLATE "C" ~ '^[A-Za-z0-9_@%+=:,./-]+$' THEN
    RETURN word;
  END IF;
  RETURN quote || replace(word, quote, quote || '"' || quote || '"' || quote) || quote;
END
$$;

-- What speaks against using an operation or component, or for it: one row.
CREATE FUNCTION pgtoll.operation_answer(code text, username text, instant timestamptz)
RETURNS TABLE (licensee text, product text, allowed boolean, message text, reason text, hint text)
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  one record;
BEGIN
  licensee := username;
  SELECT * INTO one FROM pgtoll.operation_states($1, $2, $3) s
  ORDER BY s.allowed, s.product COLLATE "C" LIMIT 1;
  allowed := coalesce(one.allowed, false);
  product := coalesce(one.product, '');
  reason := coalesce(one.reason, 'no license was uploaded');
  hint := coalesce(one.hint, '');
  message := '';
  IF one.product IS NULL THEN
    message := format('no product has operation "%s", which user "%s" wants to use', $1, $2);
    reason := 'no product that is known here names it';
    hint := 'Check how it is written, or ask a license administrator to upload its product: '
      || 'pgtoll license upload FILE';
  ELSIF NOT allowed THEN
    message := format('no license for operation "%s" of product "%s" for user "%s"',
      $1, product, $2);
    IF one.seats > 0 AND one.place IS NULL THEN
      reason := 'user has no seat of the personal license';
      hint := format('Ask a license administrator to grant a seat: pgtoll seats grant %s %s',
        pgtoll.shell_word(product), pgtoll.shell_word($2));
    ELSIF one.seats > 0 THEN
      reason := format('user''s seat is beyond the %s that were bought', one.seats);
      hint := 'Ask a license administrator to revoke a seat or to upload a license with more: '
        || 'pgtoll seats list ' || pgtoll.shell_word(product);
    END IF;
  END IF;
  RETURN NEXT;
END
$$;

-- Whether the user may use an operation or component. True in demo mode; false for a code that no
-- product names. In a policy, a sub-select around the call asks once and not for every row.
CREATE FUNCTION pgtoll.has_operation_license(code text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan -- planning each question anew would multiply the cost
AS $$
DECLARE
  username text := session_user;
BEGIN
  IF current_setting('pgtoll.user', true) <> '' THEN -- a call for itself would cost as much again
    username := pgtoll.license_user();
  END IF;
  RETURN (SELECT * FROM pgtoll.operation_allowed($1, username, NULL));
END
$$;

-- The same with the reason and what to do: one row. The user is called licensee.
CREATE FUNCTION pgtoll.operation_license(code text)
RETURNS TABLE (licensee text, product text, allowed boolean, message text, reason text, hint text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
  RETURN QUERY SELECT * FROM pgtoll.operation_answer($1, pgtoll.license_user(), pgtoll.present());
END
$$;

-- Refuses who may not use an operation or component, as a statement without license is refused; and
-- a code that no product names as a wrong argument.
CREATE FUNCTION pgtoll.check_operation_license(code text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
  answer record;
BEGIN
  SELECT * INTO answer
  FROM pgtoll.operation_answer($1, pgtoll.license_user(), pgtoll.present());
  IF answer.allowed THEN
    RETURN;
  END IF;
  RAISE EXCEPTION USING MESSAGE = answer.message, DETAIL = answer.reason, HINT = answer.hint,
    ERRCODE = CASE answer.product
      WHEN '' THEN 'invalid_parameter_value' ELSE 'insufficient_privilege' END;
END
$$;

REVOKE ALL ON FUNCTION pgtoll.license_user() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.present() FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.seat_place(text, text, int) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.operation_allowed(text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.operation_states(text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.shell_word(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.operation_answer(text, text, timestamptz) FROM PUBLIC;
