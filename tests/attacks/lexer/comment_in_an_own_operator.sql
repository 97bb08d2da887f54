-- Starts a comment inside an operator of its own.
-- wants: read
-- attack:
CREATE FUNCTION minus(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 - $2';
CREATE OPERATOR -| (FUNCTION = minus, LEFTARG = int, RIGHTARG = int);
-- together
SELECT secret, 1 -|--'
2 FROM vlt_account --'
