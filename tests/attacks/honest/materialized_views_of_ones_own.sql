-- Keeps reports in materialized views and refreshes them.
-- attack:
CREATE MATERIALIZED VIEW sales AS SELECT customer, sum(total) AS total FROM orders GROUP BY customer WITH NO DATA;
CREATE UNIQUE INDEX sales_customer ON sales (customer);
REFRESH MATERIALIZED VIEW sales;
SELECT * FROM sales ORDER BY customer LIMIT 3;
REFRESH MATERIALIZED VIEW CONCURRENTLY sales;
SELECT count(*) FROM sales;
CREATE MATERIALIZED VIEW best AS SELECT * FROM sales WHERE total > 150;
SELECT * FROM best ORDER BY customer;
ALTER MATERIALIZED VIEW best RENAME TO biggest;
BEGIN;
REFRESH MATERIALIZED VIEW biggest;
COMMIT;
SELECT count(*) FROM biggest;
DROP MATERIALIZED VIEW biggest;
DROP MATERIALIZED VIEW sales;
