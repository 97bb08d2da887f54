-- Truncates a licensed table that the attacker owns.
-- wants: write
-- attack:
TRUNCATE vlt_mine;
