-- Gives an own column a default that reads.
-- wants: read
-- attack:
ALTER TABLE mallory_own ALTER v SET DEFAULT account_text(1);
INSERT INTO mallory_own (id) VALUES (100) RETURNING v;
