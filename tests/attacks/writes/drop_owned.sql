-- Drops everything that the user owns.
-- wants: write
-- attack:
DROP OWNED BY mallory;
