-- Sorts, groups and tells apart by a function that reads.
-- wants: read
-- attack:
SELECT DISTINCT ON (account_text(id)) account_text(id) FROM mallory_own;
SELECT count(*), account_text(id) FROM customer WHERE id < 3 GROUP BY account_text(id) HAVING account_text(1) IS NOT NULL;
SELECT id, first_value(account_text(id)) OVER (ORDER BY account_text(id)) FROM mallory_own;
