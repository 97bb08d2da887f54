"""Which relations that hold values a statement asks for nothing but their harmless columns.

A value can come out of such a relation by the name of its column, or by a whole row: `*`, the
relation's own name or alias as a value or before a function's name, a NATURAL join, new names for
its columns. A text in which none of these occurs asks for the columns that it names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pgtoll_policy.facts import Name
from pgtoll_policy.grammar import Node
from pgtoll_policy.system_relations import COLUMNS, Columns

NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Asked:
    """What a text says of columns, wherever it says it."""

    called: set[str] = field(default_factory=set)  # what our relations, and joins, are called
    fields: list[list[str]] = field(default_factory=list)  # of column references; "*" for all
    shared: set[str] = field(default_factory=set)  # columns that a join is by
    renamed: bool = False  # columns may come under other names, or without any


def discreet_reads(root: Node, reads: Iterable[Name]) -> frozenset[str]:
    """Return the names of the relations in `reads` of which only harmless columns are asked for."""
    names = {name.name for name in reads if name.schema in ("", "pg_catalog")} & COLUMNS.keys()
    if not names:
        return NONE
    asked = _ask(root, names)
    if asked.renamed or any(_shows(asked, COLUMNS[name]) for name in names):
        return NONE
    return frozenset(names)


def _ask(root: Node, names: set[str]) -> _Asked:
    asked = _Asked()
    pending = [root]
    while pending:
        node = pending.pop()
        pending += node.children()
        if node.kind == "RangeVar" and node.text("relname") in names:
            asked.called.add(node.text("relname"))
            _alias(node, asked)
        elif node.kind == "JoinExpr":
            _alias(node, asked)
            asked.renamed |= node.has("isNatural")
            asked.shared.update(node.strings("usingClause"))
        elif node.kind == "ColumnRef":
            asked.fields.append([one.text("sval") or "*" for one in node.nodes("fields")])
        elif node.kind == "CopyStmt":  # of a relation, all of it
            asked.renamed |= node.has("relation")
    return asked


def _alias(node: Node, asked: _Asked) -> None:
    for alias in node.nodes("alias"):
        asked.called.add(alias.text("aliasname"))
        asked.renamed |= alias.has("colnames")


def _shows(asked: _Asked, columns: Columns) -> bool:
    """Tell whether a column that is not harmless may be among what is asked for."""
    if asked.shared & columns.values:
        return True
    return any(_may_show(fields, asked.called, columns) for fields in asked.fields)


def _may_show(fields: list[str], called: set[str], columns: Columns) -> bool:
    *qualifiers, last = fields
    if last in columns.values:
        return True
    if qualifiers:  # of something else, or a column that is known: not a.f, which may mean f(a)
        return qualifiers[-1] in called and last not in columns.harmless
    return last == "*" or last in called
