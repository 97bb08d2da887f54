-- Opens, moves and closes cursors.
-- attack:
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id FROM item ORDER BY id;
FETCH 2 FROM c;
MOVE FORWARD 3 IN c;
FETCH PRIOR FROM c;
CLOSE c;
COMMIT;
