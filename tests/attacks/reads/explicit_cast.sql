-- Reads by a cast of the application.
-- wants: read
-- setup:
CALL add_cast();
-- attack:
SELECT ROW(1)::account_number::text;
