-- Selects from the licensed table by its name.
-- wants: read
-- attack:
SELECT secret FROM vlt_account;
