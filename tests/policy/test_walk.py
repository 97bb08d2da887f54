"""Names collected from a tree, each under its role."""

import pytest

from pgtoll_policy.facts import Name
from pgtoll_policy.grammar import Node, UnknownNode, parse
from pgtoll_policy.walk import Walk


def walked(sql: str) -> Walk:
    walk = Walk()
    for parsed in parse(sql.encode()):
        walk.run(parsed.root)
    return walk


def test_several_statements_add_up() -> None:
    walk = walked("SELECT 1 FROM a; DELETE FROM b; LOCK c")
    assert walk.reads == {Name("", "a"), Name("", "b")}
    assert walk.writes == {Name("", "b")}
    assert walk.others == {Name("", "c")}


def test_depth_is_no_recursion() -> None:
    tree = Node("ColumnRef", {"fields": [{"String": {"sval": "a"}}, {"String": {"sval": "b"}}]})
    for _ in range(100_000):
        tree = Node("A_Expr", {"name": [], "lexpr": {tree.kind: tree.fields}})
    walk = Walk()
    walk.run(tree)
    assert walk.columns == {"b"}


def test_an_unknown_node_is_not_passed_over() -> None:
    with pytest.raises(UnknownNode):
        Walk().run(Node("A_Expr", {"lexpr": {"Wormhole": {}}}))


def test_settings_come_in_the_order_written() -> None:
    walk = walked("SELECT set_config('b', '', true), set_config('A', '', true), set_config(c, '')")
    assert walk.settings == ["b", "a", "*"]


@pytest.mark.parametrize(
    ("sql", "by_constants"),
    [
        ("SELECT 't'::regclass", True),
        ("SELECT 't'::regclass[]", True),
        ("SELECT 'no name'::regclass", True),
        ("SELECT regclass('t')", True),
        ("SELECT setval('s', 1)", True),
        ("SELECT nextval('s')", True),
        ("SELECT nextval('s'::regclass)", True),
        ("SELECT nextval($1)", False),  # nor is any longer text, whose constants are left out
        ("SELECT a::regclass FROM t", False),
        ("SELECT 't'::text", False),
        ("SELECT regclass()", False),
    ],
)
def test_what_hangs_on_constants_is_noticed(sql: str, by_constants: bool) -> None:
    assert walked(sql).by_constants is by_constants


@pytest.mark.parametrize(
    ("sql", "told", "named"),
    [
        ("SELECT nextval('s')", True, {"s"}),
        ("SELECT setval('a.s'::regclass, 1)", True, {"s"}),
        ("SELECT nextval('s'), nextval(x)", False, {"s"}),
        ("SELECT nextval('no name')", False, set()),
        ("SELECT nextval(16384)", False, set()),
        ("SELECT nextval('s'::own.regclass)", False, set()),
        ("SELECT nextval()", False, set()),
        ("SELECT own.nextval('s')", False, set()),
        ("SELECT lastval()", False, set()),
    ],
)
def test_a_constant_tells_of_which_sequence(sql: str, told: bool, named: set[str]) -> None:
    walk = walked(sql)
    assert bool(walk.told - walk.untold) == told
    assert {one.name for one in walk.others} >= named
    assert told or not (walk.told - walk.untold)


def test_objects_that_are_no_relations_are_left_out() -> None:
    named = walked(
        "DROP FUNCTION f; DROP SCHEMA s; COMMENT ON TYPE t IS ''; COMMENT ON COLUMN a.b.c IS '';"
        "SET CONSTRAINTS k IMMEDIATE; DROP POLICY p ON q; ALTER EXTENSION e ADD TABLE x.y"
    )
    assert named.others == {Name("a", "b"), Name("", "q"), Name("x", "y")}


@pytest.mark.parametrize(
    ("sql", "reads", "writes", "inserts"),
    [
        ("WITH a AS (TABLE b) SELECT 1 FROM a, c FOR UPDATE OF c", "bc", "", ""),
        ("INSERT INTO t SELECT 1 FROM a", "a", "t", "t"),
        ("UPDATE t SET x = 1", "t", "t", ""),
        ("WITH a AS (SELECT 1) SELECT 1 FROM s", "s", "", ""),
        ("SELECT 1 FROM t CROSS JOIN a ORDER BY 1 DESC", "at", "", ""),
        (
            "MERGE INTO t USING a ON true WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
            "at",
            "t",
            "t",
        ),
        ("SELECT 1 INTO n", "", "n", "n"),
        ("COPY t FROM STDIN", "", "t", "t"),
        ("COPY t TO STDOUT", "t", "", ""),
        ("TRUNCATE t, u", "", "tu", ""),
        ("REFRESH MATERIALIZED VIEW m", "", "m", "m"),
    ],
)
def test_roles(sql: str, reads: str, writes: str, inserts: str) -> None:
    walk = walked(sql)
    found = [walk.reads, walk.writes, walk.inserts]
    assert found == [{Name("", name) for name in names} for names in (reads, writes, inserts)]


MERGE = "MERGE INTO t USING a ON true "
MOVES = "WHEN MATCHED AND true THEN UPDATE SET x = 1 WHEN MATCHED THEN DELETE"


@pytest.mark.parametrize(
    ("sql", "ways"),
    [
        ("INSERT INTO t SELECT 1", ["inserts"]),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", ["inserts"]),
        ("INSERT INTO t VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 1", ["inserts", "updates"]),
        ("COPY t FROM STDIN", ["inserts"]),
        ("UPDATE t SET x = 1", ["updates"]),
        ("DELETE FROM ONLY t", ["deletes"]),
        ("WITH d AS (DELETE FROM t RETURNING *) INSERT INTO t TABLE d", ["inserts", "deletes"]),
        ("TRUNCATE t", ["truncates"]),
        ("TRUNCATE t CASCADE", ["truncates", "empties"]),
        (f"{MERGE}{MOVES}", ["updates", "deletes"]),
        (f"{MERGE}WHEN NOT MATCHED THEN INSERT DEFAULT VALUES", ["inserts"]),
        (f"{MERGE}WHEN MATCHED THEN DO NOTHING", []),
        ("SELECT 1 FROM t FOR UPDATE", []),
    ],
)
def test_ways_of_changing(sql: str, ways: list[str]) -> None:
    walk = walked(sql)
    names = ["inserts", "updates", "deletes", "truncates", "empties"]
    assert [one for one in names if getattr(walk, one)] == ways
    assert all(getattr(walk, one) == {Name("", "t")} for one in ways)


@pytest.mark.parametrize(
    ("sql", "only", "whole"),
    [
        ("SELECT 1 FROM ONLY t", {"t"}, set()),
        ("SELECT 1 FROM ONLY (t), t *", {"t"}, {"t"}),
        ("WITH t AS (SELECT 1) SELECT 1 FROM ONLY t", set(), set()),
        ("UPDATE ONLY t SET x = 1 FROM u", {"t"}, {"u"}),
        ("DELETE FROM ONLY t USING t", {"t"}, {"t"}),
        ("MERGE INTO ONLY t USING u ON true WHEN MATCHED THEN DELETE", {"t"}, {"u"}),
        ("TRUNCATE ONLY t, u", {"t"}, {"u"}),
        ("INSERT INTO t TABLE u", set(), {"t", "u"}),
        ("COPY t TO STDOUT", set(), {"t"}),
    ],
)
def test_names_behind_only(sql: str, only: set[str], whole: set[str]) -> None:
    walk = walked(sql)
    assert walk.only == {Name("", name) for name in only}
    assert walk.whole == {Name("", name) for name in whole}


def test_names_of_code() -> None:
    walk = walked(
        "SELECT f(a.g), (h).i, a.*, b, CASE WHEN c THEN 1 END "
        "FROM t TABLESAMPLE j(1) JOIN u USING (k) "
        "WHERE 1 <#> 2 AND 1 NOT BETWEEN 1 AND 2 AND x IN (TABLE v) AND EXISTS (TABLE v) "
        "ORDER BY x USING >>>; CREATE FUNCTION l(m n.o%TYPE) RETURNS p.q RETURN 1"
    )
    assert walk.functions == {Name("", "f"), Name("", "j")}
    assert walk.columns == {"g", "i"}
    assert walk.operators == {"<#>", "<", ">", "=", ">>>"}
    assert walk.types == {Name("p", "q")}
    assert walk.others == {Name("", "n")}


def test_what_is_grammar_in_newer_servers_may_be_a_function_in_older_ones() -> None:
    names = "json_exists json_query json_value json_scalar json_serialize json json_array"
    calls = ", ".join(f"{name}(a, b)" for name in [*names.split()[:3], "json_array"])
    calls += ", json_scalar(a), json_serialize(a), json(a), json_arrayagg(a), json_object()"
    found = walked(f"SELECT {calls}, merge_action()").functions
    assert {name.name for name in found} == {
        *names.split(),
        "json_arrayagg",
        "json_object",
        "merge_action",
    }
    assert Name("", "json_object") in walked("SELECT json_object(a, b)").functions
    assert not walked("SELECT * FROM json_table(a, '$' COLUMNS (b int))").functions


@pytest.mark.parametrize(
    ("sql", "opaque"),
    [
        ("EXECUTE p", "a prepared statement"),
        ("CREATE FUNCTION f() RETURNS int AS '' LANGUAGE sql", "the body of a function"),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", ""),
        ("COPY t FROM 'x'", "a file or a program of the server"),
        ("REFRESH MATERIALIZED VIEW m", "the query of a materialized view"),
    ],
)
def test_what_a_tree_does_not_show(sql: str, opaque: str) -> None:
    assert walked(sql).opaque == opaque


def test_triggers_call_their_function() -> None:
    walk = walked(
        "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION s.f();"
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION g()"
    )
    assert walk.functions == {Name("s", "f"), Name("", "g")}


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("CREATE CAST (a AS b) WITH FUNCTION f(a)", {Name("", "::")}),
        ("CREATE CAST (a AS b) WITHOUT FUNCTION", set()),
        ("CREATE DOMAIN s.d AS text CHECK (f(VALUE))", {Name("s", "d")}),
        ("CREATE DOMAIN d AS text", set()),
    ],
)
def test_casts_and_checked_domains_are_code_by_another_name(sql: str, made: set[Name]) -> None:
    assert walked(sql).makes == made
