-- Locks rows of the vault through a view, and reads what came.
-- wants: read
-- attack:
SELECT * FROM account_view FOR UPDATE SKIP LOCKED;
SELECT * FROM account_updatable FOR KEY SHARE;
