-- Errors of every kind that end the session.
-- attack:
SET exit_on_error = on;
-- extended
SELECT nosuch('x');
SET exit_on_error = on;
SELECT '1x'::int;
-- simple
BEGIN;
SET LOCAL exit_on_error = on;
INSERT INTO mallory_own VALUES (1, 'again');
SELECT v FROM mallory_own WHERE id = 1;
