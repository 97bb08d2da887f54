-- Inserts rows of nothing but defaults.
-- wants: fill
-- attack:
-- repeat: 1..6
INSERT INTO dmo_log DEFAULT VALUES;
