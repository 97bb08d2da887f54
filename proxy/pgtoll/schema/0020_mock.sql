-- Whoever logs in under a name that does not exist is asked for a password like everybody else. The
-- salt they are told follows from the name and from this, which nobody outside may know.

CREATE TABLE pgtoll.mock_authentication (nonce bytea NOT NULL);
REVOKE ALL ON pgtoll.mock_authentication FROM PUBLIC;
INSERT INTO pgtoll.mock_authentication
SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
