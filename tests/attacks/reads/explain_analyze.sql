-- Learns by what EXPLAIN ANALYZE counts.
-- wants: read
-- shows: rows=1
-- attack:
EXPLAIN (ANALYZE, TIMING OFF) SELECT 1 FROM vlt_account WHERE secret = 'top-secret-4711 of 1' AND id = 1;
