-- Uses functions of extensions that are written in SQL.
-- setup:
CREATE EXTENSION citext;
CREATE EXTENSION cube;
CREATE EXTENSION earthdistance;
-- attack:
SELECT regexp_replace('ABC'::citext, 'b'::citext, 'x', 'g'), split_part('aXb'::citext, 'x'::citext, 2), strpos('abc'::citext, 'B'::citext), translate('abc'::citext, 'A'::citext, 'z');
SELECT regexp_match('abc'::citext, 'B'::citext), replace('abc'::citext, 'B'::citext, 'x'::citext);
SELECT round(earth_distance(ll_to_earth(52, 13), ll_to_earth(48, 11))::numeric);
SELECT cube_is_point(ll_to_earth(1, 2)), point(1, 2) <@> point(3, 4) > 0;
SELECT latitude(ll_to_earth(1, 2)) > 0.99, earth_box(ll_to_earth(1, 2), 10) @> ll_to_earth(1, 2);
