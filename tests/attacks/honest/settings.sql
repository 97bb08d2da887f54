-- Changes and shows settings.
-- attack:
SET work_mem = '8MB';
SHOW work_mem;
SET LOCAL statement_timeout = 0;
RESET work_mem;
SELECT current_setting('search_path');
