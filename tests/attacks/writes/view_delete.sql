-- Deletes through a view.
-- wants: write
-- attack:
DELETE FROM account_view WHERE id NOT IN (SELECT account FROM vlt_note);
DELETE FROM account_view;
