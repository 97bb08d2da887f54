-- Has a parameter, an operator and a dollar quote that look like one tag.
-- wants: read
-- attack:
-- together
PREPARE p (text, text) AS
SELECT secret, $1||$a$x$a$ FROM vlt_account WHERE $2 <> $1||$a$z$a$
-- apart
EXECUTE p ('1', '2');
