-- Ends the transaction by its other word, in another case, behind a comment.
-- wants: fill
-- attack:
BEGIN;
INSERT INTO dmo_nearly VALUES (1001), (1002), (1003);
-- together
INSERT INTO dmo_nearly VALUES (1004), (1005), (1006); /* now */ eNd WORK
