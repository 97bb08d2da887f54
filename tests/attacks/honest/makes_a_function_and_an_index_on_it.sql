-- Makes a function whose body is read, and an index on it, in one transaction.
-- known: what goes into an index is proven by functions as the picture has them, and this one is newer
-- attack:
CREATE TABLE indexed_words (id int, word text);
INSERT INTO indexed_words VALUES (1, 'One'), (2, 'Two');
BEGIN;
CREATE FUNCTION small(word text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower(word)';
CREATE INDEX indexed_words_small ON indexed_words (small(word));
COMMIT;
SELECT id FROM indexed_words WHERE small(word) = 'two';
