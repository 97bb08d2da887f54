-- Breaks keys and types of a capped table, and is told so.
-- attack:
INSERT INTO dmo_nearly VALUES (1, 'twice');
INSERT INTO dmo_nearly VALUES ('one', 'x');
INSERT INTO dmo_nearly VALUES (NULL, 'x');
INSERT INTO dmo_leaf VALUES (1001, 9999);
SELECT count(*) FROM dmo_nearly;
