-- Learns by a division that fails on one row.
-- wants: read
-- shows: division by zero
-- attack:
SELECT 1 / (amount - 10) FROM vlt_account WHERE id = 1;
