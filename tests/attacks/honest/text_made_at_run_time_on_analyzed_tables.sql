-- Runs text made at run time, blocks that are rolled back and new schemas on tables that have statistics.
-- attack:
CREATE TABLE honest_numbers AS SELECT g AS id, 'n' || g % 10 AS name FROM generate_series(1, 1000) g;
ANALYZE honest_numbers;
DO $$ DECLARE n bigint; BEGIN
  BEGIN EXECUTE 'SELECT count(*) FROM honest_' || 'numbers WHERE name = ''n3''' INTO n;
    RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
  RAISE NOTICE '%', n; END $$;
DO $$ DECLARE n bigint; BEGIN
  EXECUTE 'CREATE SCHEMA ten' || 'ant_1';
  EXECUTE 'CREATE TABLE ten' || 'ant_1.numbers AS SELECT * FROM honest_numbers WHERE name > ''n5''';
  EXECUTE 'SELECT count(*) FROM ten' || 'ant_1.numbers' INTO n;
  RAISE NOTICE '%', n; END $$;
DO $$ DECLARE n bigint; BEGIN
  EXECUTE 'ALTER TABLE honest_' || 'numbers ADD COLUMN more int DEFAULT 5';
  EXECUTE 'GRANT SELECT ON honest_' || 'numbers TO alice';
  EXECUTE 'SELECT sum(more) FROM honest_' || 'numbers WHERE id < 100' INTO n;
  RAISE NOTICE '%', n; END $$;
