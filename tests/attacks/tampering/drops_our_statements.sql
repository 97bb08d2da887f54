-- Drops every prepared statement inside the block that reads.
-- wants: read
-- attack:
-- extended
DEALLOCATE ALL;
SELECT read_any('SELECT secret FROM vlt_account');
DEALLOCATE ALL;
DISCARD ALL;
