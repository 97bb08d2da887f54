-- Updates through an own view.
-- wants: write
-- attack:
CREATE VIEW v AS SELECT * FROM vlt_account;
UPDATE v SET secret = 'x';
