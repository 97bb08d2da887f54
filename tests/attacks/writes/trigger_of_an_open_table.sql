-- Updates an open table whose trigger updates the licensed one.
-- wants: write
-- attack:
UPDATE customer SET balance = -1 WHERE id = 3;
