-- Updates through a view.
-- wants: write
-- attack:
UPDATE account_view SET secret = 'x';
