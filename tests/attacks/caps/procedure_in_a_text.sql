-- Calls a committing procedure as the last of a text.
-- wants: fill
-- attack:
-- together
COMMIT; CALL fill_committing(6);
