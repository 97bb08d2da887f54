-- Learns a number by the number of rows that LIMIT gives.
-- wants: read
-- shows: item 3
-- attack:
SELECT title FROM item ORDER BY id LIMIT (SELECT amount / 10 FROM vlt_account WHERE id = 3);
