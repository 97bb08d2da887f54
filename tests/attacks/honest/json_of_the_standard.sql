-- Uses the standard's functions for JSON.
-- since: 17
-- attack:
SELECT JSON_OBJECT('id' VALUE id, 'name' : name ABSENT ON NULL RETURNING jsonb) FROM customer WHERE id < 3 ORDER BY id;
SELECT JSON_ARRAYAGG(title ORDER BY id RETURNING jsonb) FROM item WHERE id < 4;
SELECT JSON_OBJECTAGG(id : price) FROM item WHERE id < 3;
SELECT JSON_VALUE('{"a": 5}', '$.a' RETURNING int DEFAULT 0 ON EMPTY), JSON_EXISTS(jsonb '{"a": 1}', '$.b'), JSON_QUERY('{"a": [1, 2]}', '$.a' WITH WRAPPER);
SELECT t.* FROM JSON_TABLE('[{"id": 1, "kids": [{"n": "x"}, {"n": "y"}]}]', '$[*]' COLUMNS (id int PATH '$.id', row FOR ORDINALITY, NESTED PATH '$.kids[*]' COLUMNS (kid text PATH '$.n'))) t;
SELECT '{"a": 1}' IS JSON OBJECT, 'x' IS JSON, JSON_SCALAR(1), JSON_SERIALIZE('{}');
SELECT i.id, j.tag FROM item i, JSON_TABLE(to_jsonb(i.tags), '$[*]' COLUMNS (tag text PATH '$')) j WHERE i.id < 3 ORDER BY 1;
