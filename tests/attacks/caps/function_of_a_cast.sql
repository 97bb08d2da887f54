-- Casts by a function that inserts.
-- wants: fill
-- attack:
CREATE TYPE odd AS (n int);
CREATE FUNCTION odd_text(o odd) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN fill_unseen('dmo_nearly', (o).n); END $$;
CREATE CAST (odd AS text) WITH FUNCTION odd_text(odd);
SELECT ROW(6)::odd::text;
