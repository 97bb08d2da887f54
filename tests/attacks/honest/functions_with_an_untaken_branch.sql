-- Updates a row whose trigger would only otherwise touch the vault.
-- attack:
UPDATE customer SET balance = 5 WHERE id = 3;
SELECT balance FROM customer WHERE id = 3;
