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
        ("SELECT a::regclass FROM t", False),
        ("SELECT 't'::text", False),
        ("SELECT regclass()", False),
    ],
)
def test_what_hangs_on_constants_is_noticed(sql: str, by_constants: bool) -> None:
    assert walked(sql).by_constants is by_constants


def test_objects_that_are_no_relations_are_left_out() -> None:
    named = walked(
        "DROP FUNCTION f; DROP SCHEMA s; COMMENT ON TYPE t IS ''; COMMENT ON COLUMN a.b.c IS '';"
        "SET CONSTRAINTS k IMMEDIATE; DROP POLICY p ON q; ALTER EXTENSION e ADD TABLE x.y"
    )
    assert named.others == {Name("a", "b"), Name("", "q"), Name("x", "y")}


def test_triggers_call_their_function() -> None:
    walk = walked(
        "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION s.f();"
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION g()"
    )
    assert walk.functions == {Name("s", "f"), Name("", "g")}
