-- Reads in portions outside a transaction, as web frameworks do.
-- attack:
DECLARE "sync_1" NO SCROLL CURSOR WITH HOLD FOR SELECT c.id, c.name FROM customer c ORDER BY c.id;
FETCH FORWARD 10 FROM "sync_1";
FETCH FORWARD 100 FROM "sync_1";
CLOSE "sync_1";
