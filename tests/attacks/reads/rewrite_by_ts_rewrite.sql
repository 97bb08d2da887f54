-- Rewrites a text search query by a query in a string.
-- wants: read
-- shows: 'account 1'
-- attack:
SELECT ts_rewrite('a'::tsquery, 'SELECT ''a''::tsquery, quote_literal(name)::tsquery FROM vlt_account WHERE id = 1');
