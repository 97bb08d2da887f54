-- Joins tables that everybody has.
-- attack:
SELECT c.name, sum(o.total) FROM customer c JOIN orders o ON o.customer = c.id
  GROUP BY c.name ORDER BY c.name;
-- extended
SELECT count(*) FROM item WHERE 't1' = ANY (tags);
