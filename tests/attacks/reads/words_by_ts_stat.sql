-- Has the words of a text search vector counted by a query in a string.
-- wants: read
-- shows: top-secret
-- attack:
SELECT ts_stat('SELECT to_tsvector(''simple'', secret) FROM vlt_account');
