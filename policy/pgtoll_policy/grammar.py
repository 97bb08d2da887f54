"""PostgreSQL's own grammar: SQL text -> the tree the server would build, node by node.

The tree comes as JSON: the library's other form, protobuf, gives up at a hundred levels of nesting,
and only this one knows `standard_conforming_strings = off`.
"""

import json
from dataclasses import dataclass

from pgtoll_policy import libpg_query
from pgtoll_policy.libpg_query import FIELDS

# Kinds that hold neither a name that matters nor a node that does.
_LEAVES = frozenset({"A_Const", "ParamRef", "A_Star", "SetToDefault", "Alias", "RoleSpec"})


class UnknownNode(Exception):
    """The tree holds something that the library does not describe."""


class Node:
    """One node of the tree. A field that is absent reads as "", 0, False or nothing."""

    __slots__ = ("fields", "kind")  # there are thousands

    def __init__(self, kind: str, fields: dict[str, object]) -> None:
        self.kind = kind
        self.fields = fields

    def text(self, field: str) -> str:
        value = self.fields.get(field, "")
        return value if isinstance(value, str) else ""

    def number(self, field: str) -> int:
        value = self.fields.get(field, 0)
        return value if isinstance(value, int) else 0

    def has(self, field: str) -> bool:
        """Say whether a field is there and true: what is false or empty is left out."""
        return bool(self.fields.get(field))

    def nodes(self, field: str) -> list["Node"]:
        """Return the nodes in a field, in order."""
        return _unwrap(FIELDS[self.kind].get(field, ""), self.fields.get(field))

    def node(self, field: str) -> "Node | None":
        return next(iter(self.nodes(field)), None)

    def strings(self, field: str) -> list[str]:
        """Return the String nodes in a field, such as the parts of a qualified name."""
        return [node.text("sval") for node in self.nodes(field) if node.kind == "String"]

    def children(self, *skip: str) -> list["Node"]:
        """Return the nodes one level below that may hold names, but for those in `skip`."""
        held = FIELDS.get(self.kind)
        if held is None:
            raise UnknownNode(self.kind)
        children: list[Node] = []
        for field, value in self.fields.items():
            if isinstance(value, dict | list) and field not in skip:
                if field not in held:
                    raise UnknownNode(f"{self.kind}.{field}")
                children += _unwrap(held[field], value, _LEAVES)
        return children


@dataclass(frozen=True, slots=True)
class Parsed:
    """One statement of a text: its tree and its bytes, without the semicolon."""

    root: Node
    start: int
    end: int


def parse(sql: bytes, *, standard_conforming_strings: bool = True) -> list[Parsed]:
    """Return the statements of a text. Raises QueryError, UnknownNode, RecursionError."""
    tree = json.loads(libpg_query.parse(sql, backslash_escapes=not standard_conforming_strings))
    return [_parsed(Node("RawStmt", raw), len(sql)) for raw in tree.get("stmts", ())]


def _parsed(raw: Node, size: int) -> Parsed:
    root = raw.node("stmt")
    if root is None:
        raise UnknownNode("RawStmt")
    start, length = raw.number("stmt_location"), raw.number("stmt_len")
    return Parsed(root, start, start + length if length else size)


def _unwrap(held: str, value: object, without: frozenset[str] = frozenset()) -> list[Node]:
    items = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    if held in without:
        return []
    if held != "Node":
        return [Node(held, item) for item in items]
    return [
        Node(kind, fields) for item in items for kind, fields in item.items() if kind not in without
    ]
