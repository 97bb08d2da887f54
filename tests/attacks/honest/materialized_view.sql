-- Makes, refreshes and reads a materialized view.
-- attack:
CREATE MATERIALIZED VIEW sums AS SELECT customer, sum(total) FROM orders GROUP BY customer;
REFRESH MATERIALIZED VIEW sums;
SELECT count(*) FROM sums;
