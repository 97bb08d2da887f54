-- Turns off what the server counts while a function runs.
-- wants: fill
-- setup:
GRANT SET ON PARAMETER track_counts TO mallory;
-- attack:
CREATE FUNCTION put() RETURNS void LANGUAGE plpgsql SET track_counts = off AS $$ BEGIN INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n; END $$;
SELECT put();
