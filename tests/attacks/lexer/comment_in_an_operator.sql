-- Starts a comment where another scanner reads the operator #-.
-- wants: read
-- attack:
-- together
SELECT secret, id #--'
0 FROM vlt_account --'
