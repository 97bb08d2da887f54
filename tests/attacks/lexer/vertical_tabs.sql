-- Has vertical tabs for blanks.
-- wants: read
-- since: 16
-- attack:
-- together
SELECTsecretFROMvlt_account
