-- Divides by zero, and is told so.
-- known: a built-in function that may fail is watched, and what is watched and fails is refused
-- attack:
SELECT 1 / 0;
