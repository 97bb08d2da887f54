-- Lets the search path say which table is meant.
-- wants: fill
-- attack:
SET search_path = office, public;
INSERT INTO dmo_desk SELECT n, 'x' FROM generate_series(1001, 1006) n;
