-- Reads a held cursor after COMMIT.
-- attack:
DECLARE c CURSOR WITH HOLD FOR SELECT id FROM item ORDER BY id;
FETCH 2 FROM c;
CLOSE c;
