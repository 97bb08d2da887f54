-- Gives crosstab a query in a string.
-- wants: read
-- attack:
CREATE EXTENSION tablefunc;
SELECT * FROM crosstab('SELECT id, 1, secret FROM vlt_account ORDER BY 1, 2') AS t (id int, secret text);
