-- Reads through a view with the invoker's rights.
-- wants: read
-- attack:
SELECT secret FROM account_invoked;
