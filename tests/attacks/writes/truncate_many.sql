-- Empties a licensed table among open ones.
-- wants: write
-- attack:
TRUNCATE mallory_own, vlt_note, outbox;
