"""The C library: what goes in and what comes out."""

import json
from collections.abc import Iterator

import pytest
from statement_corpus import sample

from pgtoll_policy import libpg_query
from pgtoll_policy.libpg_query import FIELDS, TOKENS, QueryError


def test_a_tree_is_json() -> None:
    tree = json.loads(libpg_query.parse(b"SELECT 1", backslash_escapes=False))
    assert list(tree["stmts"][0]["stmt"]) == ["SelectStmt"]


def test_backslashes_escape_when_asked() -> None:
    sql = rb"SELECT '\''"
    assert libpg_query.parse(sql, backslash_escapes=True)
    with pytest.raises(QueryError, match="unterminated quoted string"):
        libpg_query.parse(sql, backslash_escapes=False)


def test_errors_are_postgresqls() -> None:
    with pytest.raises(QueryError, match='syntax error at or near "é"'):
        libpg_query.parse("SELECT 1 1 é".encode().replace(b"1 1", b"1 a"), backslash_escapes=False)


def test_tokens_have_their_bytes() -> None:
    assert libpg_query.scan("é 1".encode()) == [
        (TOKENS["IDENT"], 0, 2),
        (TOKENS["ICONST"], 3, 4),
    ]


def test_normalizing_replaces_constants() -> None:
    assert libpg_query.normalize(b"SELECT 'a', $1") == b"SELECT $2, $1"
    assert libpg_query.normalize(b"SELEC") is None


def nested(kind: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every (kind, field) of a tree that holds nodes."""
    if isinstance(value, list):
        for item in value:
            yield from nested(kind, item)
    elif isinstance(value, dict) and kind == "Node":
        for inner, fields in value.items():
            yield from nested(inner, fields)
    elif isinstance(value, dict):
        for field, held in value.items():
            if isinstance(held, dict | list):
                yield kind, field
                yield from nested(FIELDS[kind][field], held)


def test_every_field_that_holds_nodes_is_described() -> None:
    seen = set()
    for row in sample(40):
        tree = json.loads(libpg_query.parse(row.sql.encode(), backslash_escapes=False))
        seen |= {found for raw in tree["stmts"] for found in nested("RawStmt", raw)}
    assert len(seen) > 200
