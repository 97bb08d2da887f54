-- Reads a sequence of a licensed name.
-- wants: read
-- shows: 47110001
-- attack:
SELECT last_value FROM vlt_account_seq;
