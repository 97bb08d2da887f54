-- Calls the function with a named argument, in another schema's spelling.
-- wants: read
-- attack:
SELECT public.account_secret(wanted => 1);
