-- Reads through a foreign table that leads back to the same server.
-- wants: read
-- attack:
SELECT secret FROM far_account;
