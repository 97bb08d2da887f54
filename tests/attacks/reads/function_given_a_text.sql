-- Gives a function of the application a query.
-- wants: read
-- attack:
SELECT read_any('SELECT secret FROM vlt_account');
