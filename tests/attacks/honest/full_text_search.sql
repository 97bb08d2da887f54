-- Searches for words: a column of lexemes kept by a trigger, an index, ranks and headlines.
-- attack:
CREATE TABLE page (id int PRIMARY KEY, title text, body text, words tsvector);
CREATE TRIGGER words BEFORE INSERT OR UPDATE ON page FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.english', title, body);
CREATE INDEX page_words ON page USING gin (words);
INSERT INTO page (id, title, body) VALUES (1, 'Cats', 'A cat sat on the mat'), (2, 'Dogs', 'Dogs chase cats'), (3, 'Fish', 'Fish swim');
SELECT id, ts_rank(words, q) > 0 FROM page, to_tsquery('english', 'cat & !fish') q WHERE words @@ q ORDER BY id;
SELECT ts_headline('english', body, plainto_tsquery('english', 'cats')) FROM page ORDER BY id;
SELECT id FROM page WHERE to_tsvector('english', title) @@ websearch_to_tsquery('english', 'dog or fish') ORDER BY 1;
ALTER TABLE page ADD COLUMN made tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', coalesce(title, '')), 'A')) STORED;
CREATE INDEX ON page USING gin (made);
SELECT id, made FROM page ORDER BY id;
SELECT alias, token FROM ts_debug('english', 'running fast');
SELECT * FROM ts_lexize('english_stem', 'stars');
