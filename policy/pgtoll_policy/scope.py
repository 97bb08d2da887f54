"""Which WITH queries a place in a statement can see.

PostgreSQL's rules (the manual: "WITH Queries"): a query is visible in what follows it; in itself,
and in its elders, only with RECURSIVE; and a name that is visible hides the relation so called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What one place can see: the first `upto` queries of one clause, and all that is around.

    The scopes of one clause share their index, so that a thousand queries cost a thousand entries.
    """

    index: dict[str, int]
    upto: int
    outer: Scope | None

    def sees(self, name: str) -> bool:
        scope: Scope | None = self
        while scope is not None:
            if scope.index.get(name, scope.upto) < scope.upto:
                return True
            scope = scope.outer
        return False

    def within(self, names: Sequence[str], *, recursive: bool) -> tuple[list[Scope], Scope]:
        """Return the scope of each query of a WITH clause, and that of what follows the clause."""
        index: dict[str, int] = {}
        for at, name in enumerate(names):
            index.setdefault(name, at)
        everything = Scope(index, len(names), self)
        if recursive:
            return [everything] * len(names), everything
        return [Scope(index, at, self) for at in range(len(names))], everything


NOWHERE = Scope({}, 0, None)
