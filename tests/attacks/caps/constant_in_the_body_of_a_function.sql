-- Makes a function, in whose body PostgreSQL reads a constant of a domain whose check fills a table.
-- wants: fill
-- setup:
CREATE FUNCTION counted(int) RETURNS boolean LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO public.dmo_log SELECT n, 'x' FROM generate_series(1, 10) n; RETURN true; END $$;
CREATE DOMAIN counted_id AS int CHECK (counted(VALUE));
-- attack:
-- as: owner
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT ('{1}'::public.counted_id[])[1]::int $$;
