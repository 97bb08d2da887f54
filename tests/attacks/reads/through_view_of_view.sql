-- Selects from a view on a view on the licensed table.
-- wants: read
-- attack:
SELECT * FROM account_names;
