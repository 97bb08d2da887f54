-- Checks a domain by a function that inserts.
-- wants: fill
-- attack:
CREATE DOMAIN odd AS int CHECK (fill_unseen('dmo_nearly', VALUE) > 0);
SELECT 6::odd;
