-- Takes a job of a queue.
-- attack:
SELECT id FROM mallory_own ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
WITH next AS (SELECT id FROM mallory_own ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE mallory_own m SET v = 'taken' FROM next WHERE m.id = next.id RETURNING m.id, m.v;
