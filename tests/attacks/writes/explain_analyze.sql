-- Has EXPLAIN run an update.
-- wants: write
-- attack:
EXPLAIN ANALYZE UPDATE vlt_account SET secret = 'x';
