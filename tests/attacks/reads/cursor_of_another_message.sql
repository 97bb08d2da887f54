-- Opens a cursor in one message and fetches in another, inside one transaction.
-- wants: read
-- attack:
BEGIN;
DECLARE c CURSOR FOR SELECT account_unseen(n) FROM generate_series(1, 3) n;
FETCH ALL FROM c;
COMMIT;
