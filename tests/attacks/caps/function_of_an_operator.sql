-- Inserts by an operator.
-- wants: fill
-- attack:
CREATE FUNCTION put(place text, rows int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN fill_unseen(place, rows); END';
CREATE OPERATOR |+| (LEFTARG = text, RIGHTARG = int, FUNCTION = put);
SELECT 'dmo_nearly'::text |+| 6;
