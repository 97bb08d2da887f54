-- Makes itself one of those who manage licenses.
-- wants: read
-- attack:
GRANT pgtoll_manager TO mallory;
ALTER ROLE pgtoll_manager LOGIN;
SET ROLE pgtoll_manager;
INSERT INTO pgtoll.seat (product, username) VALUES ('Vault', 'mallory');
RESET ROLE;
SELECT secret FROM vlt_account;
