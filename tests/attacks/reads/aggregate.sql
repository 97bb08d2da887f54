-- Reads by an aggregate of the application.
-- wants: read
-- attack:
SELECT secrets_of(id) FROM item;
