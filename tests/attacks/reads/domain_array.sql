-- Casts to an array of the domain.
-- wants: read
-- attack:
SELECT '{99}'::account_id[];
