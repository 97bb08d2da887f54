-- Comments on own tables and grants them.
-- attack:
COMMENT ON TABLE mallory_own IS 'mine';
COMMENT ON COLUMN mallory_own.v IS 'words';
GRANT SELECT ON mallory_own TO alice;
REVOKE SELECT ON mallory_own FROM alice;
