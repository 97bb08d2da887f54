-- Makes a capped table with its rows unless it is there.
-- wants: fill
-- attack:
CREATE UNLOGGED TABLE IF NOT EXISTS dmo_made (n) AS TABLE base_many;
