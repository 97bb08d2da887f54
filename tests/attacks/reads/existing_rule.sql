-- Lets a rule of the application carry secrets to an open table.
-- wants: read
-- attack:
INSERT INTO inbox VALUES (3, 'x');
SELECT body FROM outbox;
