-- Gives a function of the application a text.
-- wants: write
-- attack:
SELECT run_any('UPDATE vlt_account SET secret = ''x''');
