-- Inserts by an aggregate.
-- wants: fill
-- attack:
CREATE FUNCTION put(state int, n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN INSERT INTO dmo_nearly VALUES (1000 + n); RETURN n; END $$;
CREATE AGGREGATE puts(int) (SFUNC = put, STYPE = int);
SELECT puts(n) FROM generate_series(1, 6) n;
