-- Hides the licensed name behind a comment that nests.
-- wants: read
-- attack:
-- together
SELECT /* a /* b */ ' */ secret -- '
FROM /**/vlt_account/*'*/;
