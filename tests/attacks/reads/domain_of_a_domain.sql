-- Casts to a domain over the domain.
-- wants: read
-- attack:
CREATE DOMAIN above AS account_id;
SELECT 99::above;
