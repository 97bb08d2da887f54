-- Works with documents: paths, indexes, building and taking apart.
-- attack:
CREATE TABLE doc (id int PRIMARY KEY, data jsonb NOT NULL DEFAULT '{}');
CREATE INDEX doc_data ON doc USING gin (data jsonb_path_ops);
CREATE INDEX doc_name ON doc ((data ->> 'name'));
INSERT INTO doc VALUES (1, '{"name": "Ann", "tags": ["a", "b"], "address": {"city": "Rome"}}'), (2, '{"name": "Bob", "tags": [], "n": 5}');
SELECT id, data #>> '{address,city}', data -> 'tags' -> 0, data ? 'n' FROM doc ORDER BY id;
SELECT id FROM doc WHERE data @> '{"tags": ["a"]}' OR data @@ '$.n > 3' ORDER BY id;
SELECT id, jsonb_path_query(data, '$.tags[*]') FROM doc ORDER BY 1, 2;
SELECT id, key, value FROM doc, jsonb_each(data) ORDER BY id, key;
SELECT id, t FROM doc CROSS JOIN LATERAL jsonb_array_elements_text(data -> 'tags') t ORDER BY id, t;
UPDATE doc SET data = jsonb_set(data, '{address,zip}', '"00100"') - 'tags' WHERE id = 1 RETURNING data;
UPDATE doc SET data['n'] = '6' WHERE id = 2 RETURNING data['n'];
SELECT jsonb_pretty(jsonb_build_object('rows', (SELECT jsonb_agg(to_jsonb(d) ORDER BY id) FROM doc d)));
SELECT * FROM jsonb_to_recordset('[{"a": 1, "b": "x"}, {"a": 2}]') AS x (a int, b text);
SELECT * FROM json_populate_record(NULL::mallory_own, '{"id": 9, "v": "nine"}');
SELECT row_to_json(c) FROM (SELECT id, name FROM customer WHERE id = 1) c;
SELECT jsonb_strip_nulls('{"a": null}'), json_typeof('[]'), jsonb_object_keys('{"k": 1}'), '{"a": [1, 2]}'::jsonb #- '{a,0}';
