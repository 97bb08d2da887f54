-- Commits in the middle of a text.
-- wants: fill
-- attack:
-- together
INSERT INTO dmo_nearly VALUES (1001), (1002), (1003); COMMIT; INSERT INTO dmo_nearly VALUES (1004), (1005), (1006);
