-- Commits into the next transaction, again and again.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001), (1002), (1003);
COMMIT AND CHAIN;
INSERT INTO dmo_nearly VALUES (1004), (1005), (1006);
COMMIT AND CHAIN;
ROLLBACK;
