-- Calls a committing procedure by the extended protocol.
-- wants: fill
-- attack:
-- extended
CALL fill_committing(6);
