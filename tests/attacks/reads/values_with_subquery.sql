-- Reads inside VALUES.
-- wants: read
-- attack:
VALUES ((SELECT secret FROM vlt_account WHERE id = 1));
