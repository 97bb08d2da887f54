-- Calls through five functions, the last of which reads.
-- wants: read
-- attack:
CREATE FUNCTION step1() RETURNS text LANGUAGE sql AS 'SELECT account_text(1)';
CREATE FUNCTION step2() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN step1(); END';
CREATE FUNCTION step3() RETURNS text LANGUAGE sql AS 'SELECT step2()';
CREATE FUNCTION step4() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN step3(); END';
CREATE FUNCTION step5() RETURNS text LANGUAGE sql AS 'SELECT step4()';
SELECT step5();
