-- Has EXPLAIN run a prepared update.
-- wants: write
-- attack:
PREPARE p AS UPDATE vlt_account SET secret = 'x';
EXPLAIN ANALYZE EXECUTE p;
