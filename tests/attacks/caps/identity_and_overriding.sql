-- Fills a table by inserting its own numbers over an identity column.
-- wants: fill
-- attack:
CREATE TABLE dmo_numbered (id int GENERATED ALWAYS AS IDENTITY, v text);
INSERT INTO dmo_numbered (v) SELECT 'x' FROM generate_series(1, 1000);
INSERT INTO dmo_numbered OVERRIDING SYSTEM VALUE SELECT n, 'y' FROM generate_series(1, 10) n;
