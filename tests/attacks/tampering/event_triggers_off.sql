-- A superuser has turned event triggers off for the role: changes of the catalog are not announced.
-- wants: read
-- since: 17
-- setup:
ALTER ROLE mallory SET event_triggers = off;
-- attack:
CREATE VIEW unannounced AS SELECT secret FROM vlt_account;
SELECT * FROM unannounced
