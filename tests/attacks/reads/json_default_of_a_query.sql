-- Has a function called where a document has no value.
-- wants: read
-- since: 17
-- attack:
SELECT JSON_VALUE(jsonb '{}', '$.a' DEFAULT account_text(1) ON EMPTY);
