-- Lets a trigger of the application write.
-- wants: write
-- attack:
UPDATE customer SET balance = -1 WHERE id = 1;
