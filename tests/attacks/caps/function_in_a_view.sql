-- Makes a view that inserts when it is read.
-- wants: fill
-- attack:
CREATE VIEW odd AS SELECT fill_unseen('dmo_nearly', 6) AS n;
SELECT n FROM odd;
