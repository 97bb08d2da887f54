-- Makes a table like a capped one and fills it in the same text.
-- wants: fill
-- attack:
-- together
CREATE TABLE dmo_made (LIKE dmo_full INCLUDING ALL); INSERT INTO dmo_made SELECT n, 'x' FROM generate_series(1, 1001) n;
