-- Gives connectby the name of a licensed table in a string.
-- wants: read
-- attack:
CREATE EXTENSION tablefunc;
SELECT * FROM connectby('vlt_account', 'secret', 'region', 'eu', 1) AS t (k text, p text, level int);
