-- Lets a check constraint tell the secret in an error.
-- wants: read
-- attack:
INSERT INTO checked VALUES (99);
