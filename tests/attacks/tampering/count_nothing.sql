-- Turns off the counting that the check rests on, for itself and for its next session.
-- wants: fill
-- attack:
SET track_counts = off;
SELECT set_config('track_counts', 'off', false);
ALTER ROLE mallory SET track_counts = off;
-- session: second
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
