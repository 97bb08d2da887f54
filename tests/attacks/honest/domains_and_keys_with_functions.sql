-- Uses domains, an index and partitions that call functions, in a session where unread code has failed.
-- attack:
CREATE FUNCTION is_mail(what text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT what ~ '^[^@]+@[^@]+$' $f$;
CREATE FUNCTION half_of(what int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RETURN what / 2; END $f$;
CREATE DOMAIN mail AS text CHECK (is_mail(VALUE));
CREATE DOMAIN zip AS text CHECK (VALUE ~ '^\d{5}$');
CREATE DOMAIN count_of AS int CHECK (VALUE > 0 AND half_of(VALUE) < 100);
CREATE TABLE reader (name text, mail mail, zip zip, books count_of) PARTITION BY LIST (half_of(books));
CREATE TABLE reader_few PARTITION OF reader FOR VALUES IN (0, 1, 2);
CREATE TABLE reader_rest PARTITION OF reader DEFAULT;
CREATE INDEX ON reader (half_of(books));
INSERT INTO reader VALUES ('Ann', 'ann@example.org', '12345', 3), ('Bob', 'bob@example.org', '54321', 30);
DO $$ BEGIN EXECUTE 'SELECT count(*) FROM reader'; EXECUTE 'SELECT 1 / 0'; EXCEPTION WHEN division_by_zero THEN RAISE NOTICE 'caught'; END $$;
SELECT name, books FROM reader WHERE half_of(books) = 1;
SELECT 'eve@example.org'::mail, 7::count_of;
SELECT 'nobody'::mail;
INSERT INTO reader_few VALUES ('Zoe', 'zoe@example.org', '11111', 4);
SELECT count(*) FROM reader;
