"""What a refused statement leaves in its session that nothing clears away: names of parameters.

Who sets a parameter that is none of PostgreSQL's own makes its name known to the session, and no
rollback undoes that: a name may be made of what was read. So where names may have been left, the
session is stained, and what could tell whether there is a name ends it. All else goes on.

The server says how much memory its settings take (schema/0022_settings.sql). After a transaction
that came to nothing it is what it was before, but for new names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pgtoll.session.effects import Ruling
from pgtoll.session.resumed import Resumed
from pgtoll_policy.facts import Act
from pgtoll_policy.verdict import Kind

STAINED = "names of parameters that a refused statement made up may be left in this session"
STAINED_HINT = "Connect again, and do what was refused in a session of its own."

# What ends a transaction, which keeps or undoes what was set in it.
_ENDS = frozenset({Act.COMMIT, Act.PREPARE, Act.ROLLBACK})


@dataclass(slots=True)
class Leftovers:
    """Follows whether the statements of a transaction may have left names when they are undone."""

    stained: bool = False  # they may have, in this session
    ran: bool = False  # something ran in this session that nobody has read
    unread: bool = False  # since the server was last idle, something ran that may make up names
    watched: bool = False  # something was watched at all, by a picture that may be an old one
    moved: bool = False  # and something may have changed settings, or has ended a transaction
    asked: bool = False  # the server was asked for the memory before that
    waiting: bool = False  # and has not answered: all that runs unread waits behind that
    before: bytes = b""  # and has said so much; b"" if it has not, or cannot
    ended: bool = False  # since the server was last idle, something has ended a transaction
    spoilt: bool = False  # and something behind that may have changed settings
    suspect: bool = False  # something was undone that may have made up names
    invented: bool = False  # by the very picture that it was judged by
    mark: object = None  # how far the catalog was before that
    comparing: bool = False  # the server is asked for the memory behind it
    resumed: Resumed = field(default_factory=Resumed)
    known: bytes = b""  # parameters that are no names of clients': how many there were
    known_at: bytes = b""  # and how much memory was held then: a library that is loaded takes some

    def note(self, ruling: Ruling, mark: object = None) -> None:
        """Note a statement that is passed on, in a transaction that began at this mark."""
        self.note_planned(ruling, mark)
        sets = bool(ruling.statement.settings)
        self.spoilt |= self.ended and sets
        self.ended |= ruling.statement.act in _ENDS
        self.moved |= sets or self.ended

    def note_planned(self, ruling: Ruling, mark: object = None) -> None:
        """Note a statement of which no more may run than what analysing and planning it runs."""
        watched = ruling.verdict.kind is Kind.WATCH
        self.watched |= watched
        self.ran |= watched
        self.unread |= watched and self.resumed.invents(ruling, mark)
        self.resumed.note(ruling, mark)
        self.spoilt |= self.ended and ruling.opaque
        self.moved |= ruling.opaque

    def doubt(self) -> None:
        """Statements ran that nobody has read."""
        self.unread = self.moved = self.ran = True
        self.waiting = False
        self.resumed.lose()

    def measure(self) -> bytes:
        """The question for the memory, to go before something that runs unread; b\"\" if the answer
        would be of no use: not all that the end of the transaction undoes came behind it."""
        if self.asked or self.moved or self.unread:
            return b""
        self.asked = True
        self.waiting = not self.watched
        return b"SELECT " + self._held_by_now + b","

    @property
    def _held_by_now(self) -> bytes:
        """The memory, and the number of parameters as well if that may be another by now."""
        if not (self.known and self.known_at.isdigit()):
            return _held(counted=True)
        same = _held(counted=False) + b"::pg_catalog.int8 OPERATOR(pg_catalog.=) " + self.known_at
        text = self.known_at + b"::pg_catalog.text"
        return b"CASE WHEN %b THEN %b ELSE %b END" % (same, text, _held(counted=True))

    def compare(self, steady: bytes) -> bytes:
        """The question for the memory, behind what was undone; `steady` tells whether all of that
        was what it was judged as."""
        self.comparing = True
        return (
            b"SELECT CASE WHEN " + steady + b" THEN COALESCE(" + _held(counted=True) + b",'') END"
        )

    def measured(self, answer: bytes | None) -> None:
        """The server has answered: the memory, and perhaps the number of parameters behind it."""
        self.waiting = False
        memory, _, known = (answer or b"").partition(b"_")
        if self.comparing:
            same = bool(memory) and (memory, known) == (self.before, self.known)
            self.stained |= answer is None or (self.invented and (self.spoilt or not same))
            self.suspect = self.comparing = self.invented = False
            self.settled()
        self.before = memory or self.before
        if known:
            self.known, self.known_at = known, memory

    def undone(self, mark: object) -> None:
        """What ran is undone, and may have been refused. The picture that it was judged by has
        this `mark`."""
        self.ran = True
        if (self.unread or self.watched) and not self.suspect:
            self.suspect, self.mark = True, mark
        self.invented |= self.unread
        if self.unread:
            self.resumed.lose()

    def settled(self) -> None:
        """The server is idle, and nothing has been passed on."""
        self.unread = self.watched = self.moved = self.asked = self.ended = False
        self.waiting = False
        self.resumed.over()
        if not self.suspect:
            self.before, self.spoilt = b"", False

    def ends(self, rulings: Iterable[Ruling]) -> bool:
        """Whether one of these statements could tell what names there are, in a stained session."""
        return self.stained and any(one.probes or one.verdict.kind is Kind.WATCH for one in rulings)


def _held(*, counted: bool) -> bytes:
    return b"pgtoll.settings_held(" + (b"true" if counted else b"false") + b")"
