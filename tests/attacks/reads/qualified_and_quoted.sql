-- Writes the name with its database, schema and quotes.
-- wants: read
-- attack:
SELECT "secret" FROM "public"."vlt_account";
