-- Writes a seat, a pin, an exemption and a place in the ledger for itself.
-- wants: read
-- attack:
INSERT INTO pgtoll.seat (product, username) VALUES ('Vault', 'mallory');
DELETE FROM pgtoll.pin;
DELETE FROM pgtoll.element;
INSERT INTO pgtoll.exempt VALUES ('%', '%');
DELETE FROM pgtoll.ledger;
UPDATE pgtoll.clock SET highest = '-infinity';
NOTIFY pgtoll, 'policy';
SELECT secret FROM vlt_account;
