-- Makes a function whose body is parsed already.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n; END;
SELECT put();
