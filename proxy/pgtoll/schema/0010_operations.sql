-- Whether a user has a license for an operation or a component, answered by the database itself.
--
-- It cannot verify signatures: the proxies write down what they have verified. Whom it asks about
-- is the role that logged in, which no SET changes; only an impersonator names the person that it
-- works for. What everybody may call runs with its owner's rights, and the rest only as part of it.

-- What the licenses of a product give at any time; a product without a row has no license.
CREATE TABLE pgtoll.coverage (
  product int NOT NULL REFERENCES pgtoll.product,
  during tstzrange NOT NULL,
  server boolean NOT NULL, -- for everybody
  seats int NOT NULL,
  reason text NOT NULL,    -- what is in force, or why nothing is
  hint text NOT NULL,      -- what to do about that; '' when something is in force
  PRIMARY KEY (product, during)
);

-- Codes of operations and components, and the products that control them.
CREATE TABLE pgtoll.operation (
  code text COLLATE "C" NOT NULL,
  product int NOT NULL REFERENCES pgtoll.product,
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
  login text := session_user;
  named text := current_setting('pgtoll.user', true);
BEGIN
  IF named <> '' AND EXISTS (SELECT FROM pgtoll.impersonator i WHERE i.rolename = login) THEN
    RETURN named;
  END IF;
  RETURN login;
END
$$;

-- The time that licenses are judged by. It does not go back when the server's clock does.
CREATE FUNCTION pgtoll.present() RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN greatest(clock_timestamp(), (SELECT c.highest FROM pgtoll.clock c));
END
$$;

-- The products that control an operation or component, and whether each lets the user use it; none
-- when no product names the code. The earliest seats count, those of the same moment by name; how
-- many more than were bought are earlier is not asked. It becomes part of the query that calls it.
CREATE FUNCTION pgtoll.operation_states(code text, username text, instant timestamptz)
RETURNS TABLE (product text, allowed boolean, has_seat boolean, server boolean, seats int,
  reason text, hint text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT p.code,
    c.product IS NULL OR c.server OR s.username IS NOT NULL AND earlier.seats < c.seats,
    s.username IS NOT NULL, c.server, c.seats, c.reason, c.hint
  FROM pgtoll.operation o
  JOIN pgtoll.product p ON p.id = o.product
  LEFT JOIN pgtoll.coverage c ON c.product = o.product AND c.during @> $3
  LEFT JOIN pgtoll.seat s ON c.seats > 0 AND NOT c.server
    AND s.product = p.code AND s.username = $2
  CROSS JOIN LATERAL (
    SELECT count(*) AS seats FROM (
      SELECT FROM pgtoll.seat e
      WHERE e.product = s.product
        AND (e.granted_at, e.username COLLATE "C") < (s.granted_at, s.username COLLATE "C")
      LIMIT c.seats) one) earlier
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
    IF one.seats > 0 AND NOT one.has_seat THEN
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
  username text := pgtoll.license_user();
  instant timestamptz := pgtoll.present();
BEGIN
  RETURN coalesce(
    (SELECT bool_and(s.allowed) FROM pgtoll.operation_states($1, username, instant) s), false);
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
REVOKE ALL ON FUNCTION pgtoll.operation_states(text, text, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.shell_word(text) FROM PUBLIC;
REVOKE ALL ON FUNCTION pgtoll.operation_answer(text, text, timestamptz) FROM PUBLIC;
