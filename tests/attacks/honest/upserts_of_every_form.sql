-- Inserts or updates by every form there is.
-- attack:
INSERT INTO mallory_own VALUES (1, 'uno'), (3, 'tre') ON CONFLICT (id) DO UPDATE SET v = excluded.v || ' was ' || mallory_own.v WHERE mallory_own.v <> excluded.v RETURNING id, v, (xmax = 0) AS new;
INSERT INTO mallory_own AS m VALUES (1, 'x') ON CONFLICT ON CONSTRAINT mallory_own_pkey DO UPDATE SET v = m.v RETURNING v;
INSERT INTO mallory_own SELECT id, name FROM customer WHERE id < 6 ON CONFLICT DO NOTHING;
WITH up AS (UPDATE mallory_own SET v = 'up' WHERE id = 99 RETURNING *) INSERT INTO mallory_own SELECT 99, 'in' WHERE NOT EXISTS (SELECT FROM up) RETURNING *;
MERGE INTO mallory_own t USING (VALUES (1, 'm'), (50, 'n')) s (id, v) ON s.id = t.id WHEN MATCHED AND t.v <> s.v THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v);
MERGE INTO mallory_own t USING customer c ON c.id = t.id WHEN MATCHED AND c.id = 2 THEN DELETE WHEN MATCHED THEN DO NOTHING;
WITH moved AS (DELETE FROM mallory_own WHERE id = 50 RETURNING *) INSERT INTO office.desk SELECT id, v FROM moved RETURNING *;
UPDATE mallory_own m SET (id, v) = (SELECT c.id, c.name FROM customer c WHERE c.id = m.id) WHERE id = 3 RETURNING *;
UPDATE mallory_own SET v = c.name FROM customer c JOIN orders o ON o.customer = c.id WHERE c.id = mallory_own.id AND o.id = 2;
DELETE FROM mallory_own USING customer c WHERE c.id = mallory_own.id AND c.id = 4 RETURNING mallory_own.*;
SELECT * FROM mallory_own ORDER BY id;
INSERT INTO dmo_empty VALUES (1, 'a'), (2, 'b') RETURNING id;
INSERT INTO dmo_mine VALUES (1, 'again') ON CONFLICT (id) DO UPDATE SET v = excluded.v RETURNING v;
INSERT INTO dmo_mine VALUES (2001, 'new') ON CONFLICT DO NOTHING;
