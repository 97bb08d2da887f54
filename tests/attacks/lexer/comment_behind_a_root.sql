-- Starts a comment where another scanner reads the square root.
-- wants: read
-- attack:
CREATE FUNCTION plus(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2';
CREATE OPERATOR +@| (FUNCTION = plus, LEFTARG = int, RIGHTARG = int);
-- together
SELECT secret, 1 +@|/*'*/ 2 FROM vlt_account --'
