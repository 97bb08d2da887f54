-- Reads and changes an open parent without its licensed child.
-- attack:
SELECT id, body FROM ONLY history;
SELECT h.body, (SELECT count(*) FROM ONLY history) FROM ONLY public.history h;
SELECT body FROM ONLY (history) ORDER BY 1;
UPDATE ONLY history SET body = 'public again' RETURNING id, body;
MERGE INTO ONLY history h USING (VALUES (1)) v (n) ON h.id = v.n WHEN MATCHED THEN UPDATE SET body = 'merged';
BEGIN;
DELETE FROM ONLY history RETURNING id;
ROLLBACK;
BEGIN;
TRUNCATE ONLY history;
ROLLBACK;
CREATE VIEW open_history AS SELECT id, body FROM ONLY history;
DO $$ BEGIN PERFORM body FROM ONLY history; END $$;
-- extended
SELECT id, body FROM ONLY history;
-- simple
INSERT INTO history VALUES (3, 'third');
SELECT count(*) FROM ONLY history;
