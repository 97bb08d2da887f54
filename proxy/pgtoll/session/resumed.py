"""Whether what was prepared or opened by SQL makes up names of parameters when it is run later.

EXECUTE and FETCH have no text of their own. Cursors end with their transaction, in which all that
may have opened one was noted; prepared statements stay, so what was judged of one is kept by its
name, and counts for as long as no DDL has come into force since.
"""

from dataclasses import dataclass, field

from pgtoll.session.effects import Ruling
from pgtoll_policy.facts import Statement
from pgtoll_policy.identifiers import truncate
from pgtoll_policy.verdict import Kind

MOST_NAMES = 1000  # of one session: one that has prepared more is not followed
_CURSORS = frozenset({"fetch", "move"})


@dataclass(slots=True)
class Resumed:
    """What is known of a session's names of prepared statements, and of its open cursors."""

    known: dict[str, object] = field(default_factory=dict)  # the mark by which each was judged
    lost: bool = False  # any name may stand for what nobody has read
    opened: bool = False  # in this transaction something ran that may make up names
    # Which names there are may tell what was read: what nobody has read has given or dropped some.
    telling: bool = False

    def lose(self) -> None:
        """Something ran, or was prepared, that nobody has read."""
        self.lost = self.opened = self.telling = True

    def note(self, ruling: Ruling, mark: object) -> None:
        """Note a statement that is passed on, in a transaction that began at this mark."""
        if self.invents(ruling, mark):
            self.lose()
        if ruling.statement.prepares is not None:
            # Its constants may have run what makes it fail, or not.
            self.telling |= ruling.verdict.kind is Kind.WATCH
            self._prepared(truncate(ruling.statement.prepares), mark)

    def invents(self, ruling: Ruling, mark: object) -> bool:
        """Whether a statement may make up names by itself, or by what it runs of older ones."""
        statement = ruling.statement
        if statement.verb in _CURSORS and self.opened:
            return True
        return ruling.invents or not self._knows(statement, mark)

    def over(self) -> None:
        """No transaction is in progress any more."""
        self.opened = False

    def _prepared(self, name: str, mark: object) -> None:
        # If the name is taken, it stands for what it did before.
        self.known[name] = mark if self.known.get(name, mark) == mark else None
        self.lost |= len(self.known) > MOST_NAMES

    def _knows(self, statement: Statement, mark: object) -> bool:
        if statement.executes is None:
            return True
        judged_by = self.known.get(truncate(statement.executes))
        return not self.lost and judged_by is not None and judged_by == mark
