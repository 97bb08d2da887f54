"""What an expression may look like, by its type. In a form, <int> stands for any expression of
that type, <query> for a query of an int `a` and a text `b`, <relation> for the name of a relation.

Literals hold no blank, so that each blank in a statement is a place for a comment.
"""

INTS = (
    "(<int> + <int>)",
    "(SELECT q.a FROM (<query>) q (a, b) LIMIT 1)",
    "(SELECT count(*)::int FROM <relation>)",
    "(ARRAY(SELECT a FROM <relation>))[<int>]",
    "CASE <int> WHEN 1 THEN <int> ELSE <int> END",
    "CASE WHEN <bool> THEN <int> ELSE <int> END",
    "coalesce(<int>, (SELECT max(a) FROM <relation>))",
    "length(<text>)",
    "(@ <int>)",
    "CAST(<int> AS int4)",
    "(<int>)::numeric(9, 1)::int",
    "(ARRAY[<int>, 2])[<int>]",
    "(<int> OPERATOR(pg_catalog.*) 1)",
    "nullif(<int>, <int>)",
    "greatest(<int>, @1., <int>)::int",
    "(ROW(<int>, <text>)::<relation>).a",
    "(SELECT (t).a FROM <relation> AS t LIMIT 1)",
    "('(1,x)'::<relation>).a",
    "(SELECT t FROM <relation> t WHERE t.a < <int> LIMIT 1).a",
    "(SELECT t.a FROM <relation> t ORDER BY (<int>) + 0 FETCH FIRST ROW ONLY)",
    "(SELECT 1 #--'\n 0 FROM <relation> LIMIT 1)",
    # What nobody can see through.
    "looks()",
    "(SELECT length(t.b_of) FROM refers t LIMIT 1)",
    "(<int>)::small",
    "pg_relation_size(<regclass>)::int",
)
TEXTS = (
    "(<text> || <text>)",
    "(SELECT q.b FROM (<query>) AS q (a, b) LIMIT 1)",
    "upper(<text>)",
    "(<int>)::text",
    "substring(<text> FROM 1 FOR <int>)",
    "trim(BOTH 'x' FROM <text>)",
    '(<text> COLLATE "C")',
    "(ARRAY(SELECT t FROM <relation> t))::text",
    "(SELECT string_agg(t::text, '') FROM <relation> t)",
    "(SELECT max(b) FILTER (WHERE <bool>) FROM ONLY <relation>)",
    "format('%s%s', <text>, <int>)",
    "position(<text> IN 'x')::text",
    "(now() AT TIME ZONE coalesce(nullif('UTC', <text>), 'UTC'))::text",
    "(SELECT (SELECT t.b) FROM <relation> t LIMIT 1)",
    "concat(VARIADIC ARRAY[<text>, <text>])",
    "json_build_object('k', <int>, 'l', <text>)::text",
)
TEXTS_16 = (
    "JSON_OBJECT('k': <int>, 'l' VALUE <text>)::text",
    "JSON_ARRAY(SELECT a FROM <relation>)::text",
    "(SELECT JSON_ARRAYAGG(t.b ORDER BY <int>) FROM <relation> t)::text",
)
TEXTS_17 = (
    "JSON_VALUE(jsonb '{}', '$.x' DEFAULT upper('x') ON EMPTY)",
    "(SELECT JSON_QUERY(to_jsonb(t), '$.b' PASSING <int> AS x)::text FROM <relation> t LIMIT 1)",
    "JSON_SERIALIZE(JSON_SCALAR(<int>))",
)
BOOLS = (
    "(<int> >= <int>)",
    "EXISTS (<query>)",
    "(<int> IN (SELECT a FROM <relation>))",
    "(<int> IN (1, <int>))",
    "((<int>, <text>) NOT IN (<query>))",
    "(<int> = ANY (SELECT a FROM <relation>))",
    "(<text> <> ALL (ARRAY(SELECT b FROM <relation>)))",
    "(<text> LIKE <text> ESCAPE '!')",
    "(<bool> AND NOT <bool>)",
    "(<bool> OR <bool>)",
    "(<int> BETWEEN SYMMETRIC <int> AND 9)",
    "(<text> IS DISTINCT FROM <text>)",
    "(<bool> IS NOT UNKNOWN)",
    "(ROW(<int>, <text>) = (SELECT a, b FROM <relation> LIMIT 1))",
    "((<int>, <int>) < (SELECT a, a FROM <relation> LIMIT 1))",
    "((SELECT t FROM <relation> t LIMIT 1) IS NULL)",
    "('x' = SOME (SELECT b FROM (<query>) s (a, b)))",
    "((date '2020-01-01', date '2020-02-01') OVERLAPS (now(), now()))",
)
LITERALS = (
    "'x'",
    "''''",
    r"E'it\'s'",
    "$$x$$",
    "$tag$it's$$x$tag$",
    r"U&'\0061'",
    "U&'!0061' UESCAPE '!'",
    "'a'\n'b'",
    r"'\'",
    "N'x'",
    "'--'",
    "'/*'",
    "B'1'::text",
    "null",
)
# Without those that end elsewhere under other settings.
PLAIN_LITERALS = tuple(one for one in LITERALS if "\\" not in one)
