-- Merges and asks what was done.
-- since: 17
-- attack:
MERGE INTO mallory_own t USING (VALUES (1, 'm'), (70, 'n')) s (id, v) ON s.id = t.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (s.id, s.v) WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING merge_action(), t.*;
WITH m AS (MERGE INTO mallory_own t USING customer c ON c.id = t.id WHEN MATCHED THEN UPDATE SET v = c.name RETURNING t.id) SELECT * FROM m ORDER BY 1;
CREATE VIEW mine AS SELECT * FROM mallory_own;
MERGE INTO mine USING (VALUES (71, 'q')) s (id, v) ON s.id = mine.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v) RETURNING merge_action(), mine.id;
COPY (MERGE INTO mallory_own t USING (VALUES (71)) s (id) ON s.id = t.id WHEN MATCHED THEN DELETE RETURNING merge_action(), t.id) TO STDOUT;
MERGE INTO dmo_empty t USING (VALUES (1, 'x')) s (id, v) ON s.id = t.id WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v) RETURNING t.id;
