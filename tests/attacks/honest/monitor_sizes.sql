-- Asks for sizes.
-- attack:
SELECT pg_total_relation_size('customer') > 0, pg_size_pretty(pg_relation_size('orders')) <> '';
SELECT pg_database_size(current_database()) > 0;
SELECT pg_indexes_size('customer') > 0, pg_table_size('item') > 0;
