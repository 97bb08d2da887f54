-- Breaks the key of a table of one's own, and is told so.
-- known: what may insert is watched, and what is watched and fails is refused
-- attack:
INSERT INTO mallory_own VALUES (1, 'twice');
