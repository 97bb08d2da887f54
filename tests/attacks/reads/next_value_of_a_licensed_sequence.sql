-- Draws a value of a licensed sequence.
-- wants: read
-- shows: 47110001
-- attack:
SELECT nextval('vlt_account_seq');
