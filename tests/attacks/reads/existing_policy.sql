-- Learns by the policy of an open table what stands in the vault.
-- wants: read
-- shows: open
-- attack:
SELECT body FROM guarded;
