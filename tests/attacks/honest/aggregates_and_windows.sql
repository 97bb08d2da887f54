-- Aggregates, windows and grouping sets over open tables.
-- attack:
SELECT customer, count(*), rank() OVER (ORDER BY sum(total) DESC, customer) FROM orders GROUP BY customer ORDER BY 3 LIMIT 3;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders;
