-- Reads in a function that a policy of its own table calls.
-- wants: read
-- attack:
CREATE TABLE watched_rows (id int);
INSERT INTO watched_rows VALUES (1);
ALTER TABLE watched_rows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FUNCTION peek(int) RETURNS boolean LANGUAGE plpgsql  AS $f$
BEGIN RAISE NOTICE '%', (SELECT secret FROM vlt_account LIMIT 1); RETURN true; END
$f$;
CREATE POLICY p ON watched_rows USING (peek(id));
SELECT * FROM watched_rows;
