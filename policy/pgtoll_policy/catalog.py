"""What the names of a statement stand for, in an immutable picture of the database."""

from dataclasses import dataclass

from pgtoll_policy.facts import NO_NAMES, Name, Statement
from pgtoll_policy.relations import Relation

__all__ = ["Reach", "Relation"]

NO_RELATIONS: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """What a statement touches, its names resolved: the facts that a verdict needs."""

    statement: Statement
    reads: frozenset[Relation] = NO_RELATIONS  # all that is certainly read, changed or named
    inserts: frozenset[Relation] = NO_RELATIONS  # those that may get rows by the statement's text
    unknown: frozenset[Name] = NO_NAMES  # relations that the picture does not hold
    opaque: str = ""  # why more may be touched; "" when `reads` is proven to be all
    unwatchable: str = ""  # why the statement cannot run with our check behind it
    may_insert: bool = True  # False only when it is proven that no table gets a row
