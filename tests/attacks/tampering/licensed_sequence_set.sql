-- Sets a licensed sequence, which no transaction undoes, by its name.
-- wants: tamper
-- proof: SELECT last_value IN (47110555, 47110556, 47110557) FROM vlt_account_seq
-- attack:
SELECT setval('vlt_account_seq', 47110555);
SELECT pg_catalog.setval('public.vlt_account_seq'::regclass, 47110556, true);
DO $$ BEGIN PERFORM setval('vlt_account_seq', 47110557); END $$;
