-- Works with JSON, XML and arrays.
-- attack:
SELECT row_to_json(i) FROM item i WHERE id = 1;
SELECT * FROM json_to_recordset('[{"a": 1}, {"a": 2}]') AS t (a int);
SELECT unnest(tags) FROM item ORDER BY 1 LIMIT 2;
