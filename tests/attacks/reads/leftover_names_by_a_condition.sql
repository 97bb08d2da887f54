-- Sets a parameter of a constant name if what an unread function brings has a letter.
-- wants: read
-- shows: letter-116
-- setup:
CREATE FUNCTION first_letter() RETURNS int LANGUAGE plpgsql AS $$ DECLARE letter int; BEGIN
  EXECUTE 'SELECT ascii(secret) FROM vlt_account WHERE id = $1' INTO letter USING 1;
  RETURN letter;
END $$;
-- attack:
-- repeat: 112..118
SELECT CASE WHEN first_letter() = {n} THEN set_config('x.y1_{n}', '', true) END;
-- repeat: 112..118
SELECT 'letter' || '-{n}' WHERE current_setting('x.y1_{n}', true) IS NOT NULL;
