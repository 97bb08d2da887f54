-- Keeps images as large objects; she has licenses of what is sold.
-- attack:
-- as: owner
BEGIN;
SELECT lo_from_bytea(990001, 'hello');
SELECT lo_get(990001), lo_put(990001, 5, ' world');
SELECT convert_from(lo_get(990001), 'UTF8');
SELECT lo_open(990001, 393216);
SELECT loread(0, 5), lo_lseek(0, 0, 2), lo_tell(0), lo_close(0);
SELECT lo_unlink(990001);
COMMIT;
SELECT count(*) FROM vlt_account;
SELECT body FROM vlt_note WHERE id = 1;
