-- Shows the sources of functions and views.
-- attack:
SELECT pg_get_viewdef('dmo_view'::regclass, true);
SELECT pg_get_functiondef('through_gate'::regproc);
SELECT definition FROM pg_views WHERE viewname = 'ruled';
