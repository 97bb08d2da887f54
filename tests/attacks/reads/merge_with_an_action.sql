-- Merges nothing into an open table and returns what each action saw.
-- wants: read
-- since: 17
-- attack:
MERGE INTO mallory_own t USING (SELECT id, account_text(id) AS loot FROM mallory_own) s ON s.id = t.id WHEN MATCHED THEN UPDATE SET v = t.v RETURNING merge_action(), s.loot;
