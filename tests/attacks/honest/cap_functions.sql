-- Fills up by functions.
-- attack:
SELECT fill_nearly(2);
DELETE FROM dmo_nearly WHERE id > 1000;
SELECT fill_unseen('dmo_nearly', 5);
