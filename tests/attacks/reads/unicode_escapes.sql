-- Spells the table with Unicode escapes of its own kind.
-- wants: read
-- attack:
SELECT secret FROM U&"vlt!005faccount" UESCAPE '!';
SELECT secret FROM U&"\0076lt_account";
