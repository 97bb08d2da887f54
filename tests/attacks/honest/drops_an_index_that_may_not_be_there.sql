-- A migration drops indexes CONCURRENTLY, whether they are there or not.
-- attack:
DROP INDEX CONCURRENTLY IF EXISTS index_items_on_title;
DROP INDEX CONCURRENTLY index_items_on_title;
DROP INDEX CONCURRENTLY IF EXISTS index_items_on_title, other;
CREATE TABLE items (id int, title text);
CREATE INDEX CONCURRENTLY index_items_on_title ON items (title);
-- extended
DROP INDEX CONCURRENTLY IF EXISTS public.index_items_on_title;
DROP INDEX CONCURRENTLY IF EXISTS public.index_items_on_title;
BEGIN;
DROP INDEX CONCURRENTLY IF EXISTS index_items_on_title;
ROLLBACK;
