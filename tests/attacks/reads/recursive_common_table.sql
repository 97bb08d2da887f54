-- Reads in the recursive part of a WITH query.
-- wants: read
-- attack:
WITH RECURSIVE r (n, s) AS (SELECT 0, ''::text UNION ALL
  SELECT n + 1, a.secret FROM r JOIN vlt_account a ON a.id = n + 1 WHERE n < 3) SELECT s FROM r;
