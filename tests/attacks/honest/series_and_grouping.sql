-- Makes series of numbers and days, and reports with grouping sets, windows and ordered sets.
-- attack:
SELECT d::date, count(o.id) FROM generate_series('2026-01-01'::date, '2026-01-03', '1 day') d LEFT JOIN orders o ON o.placed = d::date GROUP BY d ORDER BY d;
SELECT * FROM generate_series(1, 3) WITH ORDINALITY AS t (n, ord);
SELECT customer % 3 AS kind, placed, sum(total), grouping(customer % 3, placed) FROM orders GROUP BY ROLLUP (customer % 3, placed) ORDER BY 1, 2, 4;
SELECT customer % 2, total > 90, count(*) FROM orders GROUP BY CUBE (customer % 2, total > 90) ORDER BY 1, 2;
SELECT id, rank() OVER w, lag(total) OVER w, sum(total) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), ntile(4) OVER (ORDER BY id) FROM orders WHERE id < 9 WINDOW w AS (PARTITION BY customer % 2 ORDER BY total DESC) ORDER BY id;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total), percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY customer % 3) FROM orders;
SELECT string_agg(title, ', ' ORDER BY id) FILTER (WHERE price > 15), array_agg(DISTINCT tags), bool_and(price > 0), json_object_agg(id, price) FROM item;
SELECT DISTINCT ON (customer % 4) customer % 4, id FROM orders ORDER BY 1, total DESC, id FETCH FIRST 3 ROWS WITH TIES;
SELECT corr(id, total), regr_slope(total, id), stddev(total)::numeric(9, 3), variance(id) FROM orders;
SELECT width_bucket(total, 0, 200, 4) AS bucket, count(*) FROM orders GROUP BY bucket ORDER BY bucket;
SELECT crosstab.* FROM (SELECT customer % 2 AS c, sum(total) FILTER (WHERE id % 2 = 0) AS even, sum(total) FILTER (WHERE id % 2 = 1) AS odd FROM orders GROUP BY 1) crosstab ORDER BY c;
