-- Moves a trigger's table under another name, and has it write.
-- wants: write
-- setup:
ALTER TABLE customer OWNER TO mallory;
-- attack:
ALTER TABLE customer RENAME TO client;
UPDATE client SET balance = -5 WHERE id = 1;
