-- Inserts through a view.
-- wants: write
-- attack:
INSERT INTO account_view VALUES (100, 'n', 's');
