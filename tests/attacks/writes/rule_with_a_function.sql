-- Lets a rule on an own table call a function that writes.
-- wants: write
-- attack:
CREATE RULE r AS ON DELETE TO mallory_own DO ALSO SELECT run_any('DELETE FROM vlt_note');
DELETE FROM mallory_own;
