-- Hides the write between allowed statements of one text.
-- wants: write
-- attack:
-- together
SELECT 1; UPDATE vlt_account SET secret = 'x'; SELECT 2;
