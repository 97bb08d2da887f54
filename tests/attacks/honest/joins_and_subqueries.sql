-- Joins, subqueries and WITH over open tables.
-- attack:
SELECT i.title, c.name FROM item i JOIN customer c USING (id) ORDER BY 1 LIMIT 3;
SELECT (SELECT max(total) FROM orders o WHERE o.customer = c.id) FROM customer c ORDER BY c.id LIMIT 3;
WITH t AS (SELECT customer, sum(total) AS s FROM orders GROUP BY customer) SELECT * FROM t ORDER BY 1 LIMIT 3;
