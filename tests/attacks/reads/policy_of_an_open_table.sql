-- Learns from the rows that a policy shows what the licensed table holds.
-- wants: read
-- shows: open
-- attack:
SELECT body FROM guarded;
