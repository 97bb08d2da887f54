-- Writes through views of views, by MERGE and with a check option.
-- wants: write
-- attack:
CREATE VIEW over AS SELECT * FROM account_updatable WHERE id < 5 WITH CASCADED CHECK OPTION;
UPDATE over SET amount = -1;
UPDATE account_updatable SET amount = -2 WHERE id = 1;
INSERT INTO account_updatable VALUES (900, 'new', 'x', 1, 'eu');
