-- Calls an own SQL function in FROM.
-- wants: write
-- attack:
SET check_function_bodies = off;
CREATE FUNCTION w() RETURNS SETOF int LANGUAGE sql AS 'DELETE FROM vlt_note RETURNING id';
SELECT * FROM w();
