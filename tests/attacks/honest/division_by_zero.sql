-- Divides by zero, and is told so.
-- attack:
SELECT 1 / 0;
