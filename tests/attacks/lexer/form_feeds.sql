-- Has form feeds and carriage returns for blanks.
-- wants: read
-- attack:
-- together
SELECTsecretFROMvlt_account
