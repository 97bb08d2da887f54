"""The second reader: what sqlglot makes of a statement that PostgreSQL's grammar has read.

Two parsers that were written apart rarely make the same mistake. sqlglot is never the authority,
but where it understands a statement and finds other relations, one of the two is wrong.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from sqlglot import exp, parser
from sqlglot.dialects.postgres import Postgres

from pgtoll_policy.facts import Name
from pgtoll_policy.identifiers import fold, truncate
from pgtoll_policy.scope import NOWHERE, Scope

_ROOTS = (
    exp.Select,
    exp.SetOperation,
    exp.Subquery,
    exp.Values,
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Copy,
    exp.TruncateTable,
)
_SPECIAL = (
    exp.Table,
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Into,
    exp.Create,
    exp.Copy,
    exp.TruncateTable,
)
# Half of all nodes, and nothing is below them.
_LEAVES = frozenset({exp.Identifier, exp.Literal, exp.Null, exp.Boolean, exp.Var})
_Pending = list[tuple[exp.Expr, Scope]]


@dataclass(frozen=True, slots=True)
class Roles:
    """Which relations a statement names, and what for. The sets grow while it is being read."""

    reads: set[Name] = field(default_factory=set)
    writes: set[Name] = field(default_factory=set)
    inserts: set[Name] = field(default_factory=set)


# Its warning for each statement that it only wraps says nothing that `None` does not say.
parser.logger.disabled = True


@cache
def _dialect() -> Postgres:
    return Postgres()


def read_again(sql: str) -> Roles | None:
    """Return the roles in one statement; None when sqlglot cannot read it or does not type it."""
    try:
        trees = _dialect().parse(sql)
    except Exception:  # it raises far more than ParseError, and none of it changes the outcome
        return None
    tree = trees[0] if len(trees) == 1 else None
    if tree is None or not _typed(tree) or tree.find(exp.Command) is not None:
        return None
    roles = Roles()
    pending: _Pending = [(tree, NOWHERE)]
    while pending:
        node, scope = pending.pop()
        _visit(node, scope, roles, pending)
    return roles


def _typed(tree: exp.Expr) -> bool:
    if isinstance(tree, exp.Create):
        return tree.args.get("kind") in ("TABLE", "VIEW") and tree.expression is not None
    return isinstance(tree, _ROOTS)


def _visit(node: exp.Expr, scope: Scope, roles: Roles, pending: _Pending) -> None:
    if type(node) is exp.Lock:  # FOR UPDATE OF names aliases
        return
    targets = _named(node, scope, roles) if isinstance(node, _SPECIAL) else ()
    if "with_" in node.args:
        scope = _with(node, scope, pending)
    for value in node.args.values():
        for child in value if isinstance(value, list) else (value,):
            if not isinstance(child, exp.Expr) or type(child) in _LEAVES:
                continue
            if id(child) not in targets and not isinstance(child, exp.With):
                pending.append((child, scope))


def _named(node: exp.Expr, scope: Scope, roles: Roles) -> Collection[int]:
    """Note what a node names itself; return the ids of the nodes that are dealt with by that."""
    targets: set[int] = set()
    match node:
        case exp.Table():
            if (name := _name(node)) is not None and (name.schema or not scope.sees(name.name)):
                roles.reads.add(name)
        case exp.Insert() | exp.Update() | exp.Delete() | exp.Merge() | exp.Into():
            targets = _target(node.args.get("this"), _changes(node), roles)
        case exp.Create():
            made = roles if node.args["kind"] == "TABLE" or _materialized(node) else Roles()
            targets = _target(node.this, (False, True, True), made)
        case exp.Copy() if node.args.get("kind"):
            targets = _target(node.this, (False, True, True), roles)
        case exp.TruncateTable():
            for table in node.expressions:
                targets |= _target(table, (False, True, False), roles)
        case _:
            pass
    return targets


def _changes(node: exp.Expr) -> tuple[bool, bool, bool]:
    """Return whether the target of a statement is read, is written, and gets rows."""
    if isinstance(node, exp.Insert | exp.Into):
        return False, True, True
    if isinstance(node, exp.Merge):
        whens = node.args.get("whens")
        return True, True, any(_inserts(when) for when in whens.expressions) if whens else False
    return True, True, False


def _inserts(when: exp.Expr) -> bool:
    return isinstance(when.args.get("then"), exp.Insert)


def _materialized(node: exp.Create) -> bool:
    properties = node.args.get("properties")
    return properties is not None and properties.find(exp.MaterializedProperty) is not None


def _target(target: object, changes: tuple[bool, bool, bool], roles: Roles) -> set[int]:
    """Note the target of a statement; return the ids of the nodes that are dealt with by that."""
    table = target.this if isinstance(target, exp.Schema) else target
    if not isinstance(table, exp.Table) or (name := _name(table)) is None:
        return set()
    for wanted, names in zip(changes, (roles.reads, roles.writes, roles.inserts), strict=True):
        if wanted:
            names.add(name)
    return {id(target)}


def _with(node: exp.Expr, scope: Scope, pending: _Pending) -> Scope:
    """Queue the WITH queries of a node, each with what it can see; return what the node can see."""
    clause = node.args.get("with_")
    if not isinstance(clause, exp.With):
        return scope
    names = [_alias(query) for query in clause.expressions]
    scopes, everything = scope.within(names, recursive=bool(clause.args.get("recursive")))
    pending.extend(zip(clause.expressions, scopes, strict=True))
    return everything


def _alias(query: exp.Expr) -> str:
    alias = query.args.get("alias")
    return _folded(alias.this) if isinstance(alias, exp.TableAlias) else ""


def _name(table: exp.Table) -> Name | None:
    """Return the relation's name; None for a function in FROM."""
    if not isinstance(table.this, exp.Identifier):
        return None
    return Name(_folded(table.args.get("db")), _folded(table.this))


def _folded(identifier: object) -> str:
    if not isinstance(identifier, exp.Identifier):
        return ""
    return (truncate if identifier.args.get("quoted") else fold)(identifier.name)
