-- Has comments where others have blanks.
-- wants: read
-- attack:
-- together
SELECT/**/secret/*'*/FROM/*/**/*/vlt_account--'
