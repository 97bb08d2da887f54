-- Reads through a view.
-- wants: read
-- attack:
SELECT secret FROM account_view;
