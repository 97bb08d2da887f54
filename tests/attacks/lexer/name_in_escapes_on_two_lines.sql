-- Has the escape character of a name on the next line.
-- wants: read
-- attack:
-- together
SELECT secret FROM U&"?0076lt_account"
	UESCAPE
'?'
