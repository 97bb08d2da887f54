-- Casts to a composite type with a field of the domain.
-- wants: read
-- attack:
CREATE TYPE holder AS (a account_id);
SELECT '(99)'::holder;
