"""Whether what was prepared or opened by SQL makes up names of parameters when it is run later.

EXECUTE and FETCH have no text of their own. Cursors end with their transaction, in which all that
may have opened one was noted; prepared statements stay, so what was judged of one is kept by its
name, and counts for as long as no DDL has come into force since.
"""

from dataclasses import dataclass, field

from pgtoll.session.effects import Ruling
from pgtoll.session.settings import reads_the_same
from pgtoll_policy.facts import Statement
from pgtoll_policy.identifiers import truncate
from pgtoll_policy.verdict import Kind

CLEAR = "clear"  # the rule of a verdict on who lacks nothing
LONGEST, MOST_TEXTS = 16 << 10, 100  # bytes of a text that is kept, and how many
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
    # Code that is not read has run for who lacked something: in the session, in this transaction.
    ran: bool = False
    opened_unread: bool = False
    texts: dict[str, frozenset[bytes]] = field(default_factory=dict)  # that SQL has prepared
    missed: bool = False  # and some may be missing

    def lose(self) -> None:
        """Something ran, or was prepared, that nobody has read."""
        self.lost = self.opened = self.telling = True

    def note(self, ruling: Ruling, mark: object) -> None:
        """Note a statement that is passed on, in a transaction that began at this mark."""
        if self.invents(ruling, mark):
            self.lose()
        runs = ruling.verdict.kind is not Kind.REFUSE and ruling.verdict.rule != CLEAR
        self.ran |= ruling.unread and runs
        self.opened_unread |= ruling.unread and runs
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
        self.opened = self.opened_unread = False

    def prepared(self, name: str, text: bytes) -> None:
        """Note the text of a PREPARE that is passed on; if the name is taken, it counts as well."""
        name = truncate(name)
        known = self.texts.get(name, frozenset()) | {text}
        if len(text) > LONGEST or len(known) > MOST_TEXTS or not reads_the_same(text):
            self.missed = True
        elif name in self.texts or len(self.texts) < MOST_TEXTS:
            self.texts[name] = known
        else:
            self.missed = True

    def _prepared(self, name: str, mark: object) -> None:
        # If the name is taken, it stands for what it did before.
        self.known[name] = mark if self.known.get(name, mark) == mark else None
        self.lost |= len(self.known) > MOST_NAMES

    def _knows(self, statement: Statement, mark: object) -> bool:
        if statement.executes is None:
            return True
        judged_by = self.known.get(truncate(statement.executes))
        return not self.lost and judged_by is not None and judged_by == mark
