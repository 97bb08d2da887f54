-- Makes a capped table by SELECT INTO.
-- wants: fill
-- attack:
SELECT n INTO dmo_made FROM generate_series(1, 1001) n;
