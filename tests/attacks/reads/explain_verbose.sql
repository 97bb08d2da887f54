-- Learns the columns of a table and its plan.
-- wants: read
-- shows: secret
-- attack:
EXPLAIN (VERBOSE) SELECT secret FROM vlt_account;
