"""Trees, node by node."""

import pytest

from pgtoll_policy.grammar import Node, UnknownNode, parse
from pgtoll_policy.libpg_query import QueryError


def test_statements_have_their_ranges() -> None:
    first, second = parse("SELECT 'é'; TABLE t -- x".encode())
    assert (first.root.kind, first.start, first.end) == ("SelectStmt", 0, 11)
    assert (second.root.kind, second.start, second.end) == ("SelectStmt", 13, 25)
    assert parse(b" ; ") == []


def test_fields_that_are_absent_read_as_nothing() -> None:
    [parsed] = parse(b"SELECT 1")
    root = parsed.root
    assert (root.text("x"), root.number("x"), root.has("all"), root.node("whereClause")) == (
        "",
        0,
        False,
        None,
    )
    assert (root.text("targetList"), root.number("op")) == ("", 0)


def test_children_leave_out_constants_and_what_is_skipped() -> None:
    [parsed] = parse(b"SELECT f(1), a FROM t AS u WHERE b")
    root = parsed.root
    assert [node.kind for node in root.children()] == [
        "ResTarget",
        "ResTarget",
        "RangeVar",
        "ColumnRef",
    ]
    [table] = root.children("targetList", "whereClause")
    assert (table.text("relname"), table.children()) == ("t", [])
    call = root.nodes("targetList")[0].nodes("val")[0]
    assert call.strings("funcname") == ["f"]
    assert [node.kind for node in call.children()] == ["String"]
    assert [node.kind for node in call.nodes("args")] == ["A_Const"]


@pytest.mark.parametrize(
    "node", [Node("Nothing", {}), Node("SelectStmt", {"news": {"RangeVar": {}}})]
)
def test_what_the_library_does_not_describe_is_not_passed_over(node: Node) -> None:
    with pytest.raises(UnknownNode):
        node.children()


def test_a_text_can_be_rejected() -> None:
    with pytest.raises(QueryError):
        parse(b"SELEC")


def test_a_tree_without_a_statement_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "pgtoll_policy.libpg_query.parse", lambda *_, **__: b'{"stmts": [{"stmt": {}}]}'
    )
    with pytest.raises(UnknownNode):
        parse(b"SELECT 1")


def test_a_node_of_the_one_kind_that_a_field_holds_is_found_too() -> None:
    [parsed] = parse(b"INSERT INTO s.t DEFAULT VALUES")
    assert [node.kind for node in parsed.root.children()] == ["RangeVar"]
    assert parsed.root.nodes("relation")[0].text("schemaname") == "s"
