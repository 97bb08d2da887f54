-- Works with arrays, ranges, XML that it made itself, and text functions.
-- attack:
SELECT unnest(ARRAY[3, 1, 2]) AS n ORDER BY n;
SELECT a, b FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS t (a, b);
SELECT array_position(tags, 't1'), tags[1], tags || 'x', array_to_string(tags, '+'), cardinality(tags) FROM item WHERE id < 4 ORDER BY id;
SELECT id FROM item WHERE 't1' = ANY (tags) AND tags <@ ARRAY['t1', 't2'] ORDER BY id LIMIT 3;
UPDATE item SET tags = array_append(tags, 'new') WHERE id = 1 RETURNING tags;
SELECT range_agg(r) FROM (VALUES (int4range(1, 3)), (int4range(2, 6)), (int4range(8, 9))) v (r);
SELECT int4range(1, 5) * int4range(3, 9), upper('[1,4)'::int4range), '[2026-01-01,2026-02-01)'::daterange @> '2026-01-15'::date;
SELECT regexp_replace('Hello World', '(\w+) (\w+)', '\2 \1'), regexp_split_to_array('a,b', ','), (regexp_matches('foobar', 'o+'))[1];
SELECT format('%s %I %L', 'a', 'B c', 'd''e'), left('abc', -1), translate('123', '13', 'ac'), overlay('abcdef' PLACING 'X' FROM 2 FOR 3);
SELECT to_char(1234.5, 'FM9,999.00'), to_date('05 Dec 2026', 'DD Mon YYYY'), date_trunc('month', timestamp '2026-05-17 10:00'), extract(isodow FROM date '2026-05-17'), age(date '2026-05-17', date '2020-01-01');
SELECT make_interval(days => 3), justify_hours(interval '27 hours'), timestamp '2026-01-01 12:00' AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Rome';
SELECT md5('x'), encode('\xdeadbeef'::bytea, 'base64'), get_byte('\x01ff', 1), sha256('x')::text, gen_random_uuid() IS NOT NULL;
SELECT point(1, 2) <-> point(4, 6), box '((0,0),(2,2))' @> point '(1,1)', area(circle '((0,0),1)')::numeric(6, 4);
SELECT inet '192.168.1.5' << inet '192.168.1.0/24', host(inet '10.0.0.1/8'), set_masklen('10.0.0.1/24', 16);
SELECT B'101' | B'010', 5 # 3, 7 & 4, 2 ^ 10, |/ 16, @ -5, 17 % 5, div(17, 5);
