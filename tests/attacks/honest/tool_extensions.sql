-- Lists extensions.
-- attack:
SELECT extname, extversion <> '' FROM pg_extension ORDER BY 1;
SELECT count(*) > 0 FROM pg_available_extensions;
