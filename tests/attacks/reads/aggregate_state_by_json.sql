-- Makes an aggregate whose state nothing names but itself: a row with a domain, made by PostgreSQL.
-- wants: read
-- attack:
CREATE TYPE holder AS (a account_id);
CREATE AGGREGATE ag(jsonb) (SFUNC = jsonb_populate_record, STYPE = holder, FINALFUNC = to_jsonb);
SELECT ag('{"a": 999}');
