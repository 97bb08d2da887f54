-- Runs a report.
-- attack:
SELECT c.name, count(*), sum(o.total), rank() OVER (ORDER BY sum(o.total) DESC) FROM orders o JOIN customer c ON c.id = o.customer WHERE o.placed BETWEEN date '2025-01-01' AND date '2026-12-31' GROUP BY c.name HAVING sum(o.total) > (SELECT avg(total) FROM orders) ORDER BY 3 DESC, 1 LIMIT 5;
