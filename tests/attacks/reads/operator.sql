-- Reads by an operator.
-- wants: read
-- attack:
SELECT !@ 1;
