-- Reads in VALUES, in a row's comparison and in a CASE that is not obvious.
-- wants: read
-- attack:
VALUES (account_text(1)), ((SELECT max(secret) FROM vlt_note n JOIN vlt_account a ON a.id = n.account));
TABLE account_view;
SELECT CASE WHEN now() > '2000-01-01' THEN account_text(1) END;
