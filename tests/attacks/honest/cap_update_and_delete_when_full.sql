-- Updates and deletes in a full table.
-- attack:
UPDATE dmo_full SET v = 'u' WHERE id <= 3 RETURNING id;
DELETE FROM dmo_full WHERE id = 1;
INSERT INTO dmo_full VALUES (1, 'again');
SELECT count(*) FROM dmo_full;
UPDATE dmo_full SET v = v || '!';
