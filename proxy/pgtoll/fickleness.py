"""Which statements may mean another thing by the time they run, and which do the same whatever
becomes of the catalog.
"""

from pgtoll_policy.catalog import Catalog
from pgtoll_policy.facts import Statement

# Statements that touch no relation and run no code, whatever the catalog has become.
_HARMLESS_VERBS = frozenset(
    {"show", "listen", "unlisten", "close", "discard", "deallocate", "set", "reset"}
)
# Statements that touch no row and run no code, whatever the names in them mean by now.
_FIXED_VERBS = frozenset({"lock", "notify", "checkpoint"})
# Of a partitioned table, or an index of one, they take a transaction for each partition.
_PIECEWISE_VERBS = frozenset({"cluster", "reindex"})
_PARTITIONED = "p"
_PLAIN_VERBS = frozenset({"select", "insert", "update", "delete", "merge"})


def is_harmless_anyway(statement: Statement) -> bool:
    """Whether no doubt about the catalog matters to a statement."""
    return not statement.opaque and (statement.act is not None or statement.verb in _HARMLESS_VERBS)


def is_proven_anyway(statement: Statement) -> bool:
    """Whether a statement is proven whatever ran before it in its transaction."""
    return is_harmless_anyway(statement) and not statement.probes


def is_fixed(statement: Statement, *, strings: bool = False) -> bool:
    """Whether a statement does the same whatever becomes of the catalog before it runs.

    Where it may hold `strings`, PREPARE makes values of them.
    """
    if is_harmless_anyway(statement) or statement.verb in _FIXED_VERBS:
        return True
    if statement.verb == "prepare":
        return not strings
    names = statement.reads | statement.writes | statement.others | statement.types
    words = statement.functions or statement.operators or statement.columns
    return statement.verb == "select" and not (names or words)


def commits_by_itself(statement: Statement, catalog: Catalog) -> bool:
    """Whether a statement may end its transaction, which it cannot with a check behind it."""
    called = (one.name in catalog.committing for one in statement.functions)
    return statement.may_commit and (statement.verb == "do" or any(called))


def goes_piecewise(statement: Statement, catalog: Catalog) -> bool:
    """Whether a statement refuses a transaction block for what it names."""
    if statement.verb not in _PIECEWISE_VERBS:
        return False
    named = statement.reads | statement.writes | statement.others
    found = (one for name in named for one in (*catalog.named(name), *catalog.indexed(name)))
    return any(one.kind == _PARTITIONED for one in found)


def is_fickle(statement: Statement, catalog: Catalog, *, strings: bool = False) -> bool:
    """Whether a proven statement takes a check behind it: it may mean another thing when it runs,
    and there is room for one."""
    if is_fixed(statement, strings=strings) or statement.unwatchable:
        return False
    return not (commits_by_itself(statement, catalog) or goes_piecewise(statement, catalog))


def is_plain(statement: Statement) -> bool:
    """Whether a proven statement leaves nothing for later ones to be judged by: no setting, no
    change of the catalog, nothing that waits for the client's data or ends a transaction."""
    if statement.verb not in _PLAIN_VERBS or statement.act is not None:
        return False
    changes = statement.opaque or statement.ddl or statement.settings or statement.names_user
    return not (changes or statement.copies_in or statement.may_commit or statement.unwatchable)
