-- Has a quote in a string of Unicode escapes.
-- wants: read
-- attack:
-- together
SELECT U&'\0027', U&'!!!0027' UESCAPE '!', secret FROM vlt_account -- '
