-- Reads settings.
-- attack:
SELECT name, setting FROM pg_settings WHERE name IN ('max_connections', 'block_size') ORDER BY 1;
SHOW server_encoding;
SELECT current_setting('is_superuser');
