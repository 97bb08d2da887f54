-- Hides the name in nested quotes, continued strings, escapes and comments.
-- wants: read
-- attack:
DO E'BEGIN RAISE NOTICE ''%'', (SELECT secret FROM vlt\x5faccount LIMIT 1); END';
DO U&'BEGIN RAISE NOTICE ''%'', (SELECT secret FROM vlt\005faccount LIMIT 1); END';
DO $a$ BEGIN RAISE NOTICE '%', $$ -- $$ || (SELECT secret FROM vlt_account LIMIT 1) || $$ $$; END $a$;
DO $$ BEGIN RAISE NOTICE '%', 'x' /* /* ' */ */ || (SELECT secret FROM "vlt_account" LIMIT 1)--'
; END $$;
DO LANGUAGE plpgsql 'BEGIN RAISE NOTICE ''%'', (SELECT secret FROM U&"vlt!005faccount" UESCAPE ''!'' LIMIT 1); END';
DO 'BEGIN RAISE NOTICE ''%'', (SELECT secret FROM ' 
  'vlt_account LIMIT 1); END' LANGUAGE "plpgsql";
