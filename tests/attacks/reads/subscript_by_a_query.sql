-- Reads inside a subscript, a slice and an array's bounds.
-- wants: read
-- attack:
SELECT (ARRAY[account_text(1), 'x'])[1];
SELECT ('{"a": 1}'::jsonb || jsonb_build_object('loot', account_text(1)))['loot'];
UPDATE item SET tags[(SELECT count(*)::int FROM vlt_account)] = (SELECT max(secret) FROM vlt_account) WHERE id = 1 RETURNING tags;
