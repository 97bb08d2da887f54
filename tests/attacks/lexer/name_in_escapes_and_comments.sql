-- Has comments around UESCAPE.
-- wants: read
-- attack:
-- together
SELECT secret FROM U&"!0076lt_account"--'
UESCAPE/*'*/'!'
