"""A session's rounds, one after the other: what was sent, what became of it, and when. No I/O.

A round is a Query, or everything up to a Sync; a ReadyForQuery ends it. What is followed is what a
client sends and what it sees: of the proxy's own part in it the judge and the session tell.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from pgtoll.errors import ProtocolViolation
from pgtoll.session.effects import Ruling
from pgtoll.wire import messages
from pgtoll.wire.splitter import OPAQUE, REST, Splitter

LONGEST_MESSAGE = 64 << 10  # bytes that are looked at of one message
MOST_NAMES = 1_000  # prepared statements, and portals, whose texts are known
MOST_TEXTS = 20  # of one round
MOST_ROUNDS = 1_000  # that may be under way and are followed
MOST_PARTS = 50  # of one round

_WHOLE = b"QPBEDCSHFXcfp"
_LOOKED_AT, _OTHERS = b"ZCEG", b"DdTt123nNAVHWSKRvcIs"

Now = Callable[[], int]  # nanoseconds since 1970


class Part(NamedTuple):
    """Something that the proxy did for a round."""

    name: str
    began: int
    ended: int
    verdict: str = ""


@dataclass(slots=True)
class Round:
    """What a client sent at once, and what became of it."""

    began: int
    simple: bool = False
    whole: bool = False  # all of it has come
    executed: int = 0  # by the extended protocol
    texts: list[bytes] = field(default_factory=list)  # that were run
    prepared: list[bytes] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    checks: list[tuple[int, str]] = field(default_factory=list)  # that went with it: when, which
    sent: int = 0  # when the server was first sent something of it
    ended: int = 0
    verbs: list[str] = field(default_factory=list)  # as reading has found them
    tags: list[str] = field(default_factory=list)  # as the server has said
    sqlstate: str = ""  # of the error that it ended with
    cut: bool = False  # the session ended first

    @property
    def said(self) -> list[bytes]:
        """The texts that it is about."""
        return self.texts or self.prepared


class Rounds:
    """Follows both directions of one session."""

    def __init__(self, now: Now, done: Callable[[Round], None]) -> None:
        self.now = now
        self._done = done
        self._rounds: deque[Round | None] = deque()  # under way; None: not followed
        self._open: Round | None = None  # more of it is to come
        self._greeted = False
        self._blind = False  # what is sent cannot be followed any more
        self._names: dict[bytes, bytes] = {}  # texts of prepared statements
        self._portals: dict[bytes, bytes] = {}  # names of statements
        self._from_client = Splitter(whole=_WHOLE, through=b"d", limit=LONGEST_MESSAGE)
        self._to_client = Splitter(
            whole=_LOOKED_AT, through=_OTHERS, limit=LONGEST_MESSAGE, whose="backend"
        )

    # What the client sends, and what it sees

    def sends(self, data: bytes) -> None:
        """The client has sent something."""
        for kind, message in self._split(self._from_client, data):
            try:
                self._take(chr(abs(kind)), message)
            except ProtocolViolation:  # which the session refuses
                self._blind = True

    def sees(self, data: bytes) -> None:
        """The client is sent something."""
        for kind, message in self._split(self._to_client, data):
            self._told(chr(abs(kind)), message)

    def _split(self, splitter: Splitter, data: bytes) -> Iterable[tuple[int, bytes]]:
        if self._blind:
            return ()
        try:
            pieces = splitter.feed(data)
        except ProtocolViolation:
            self._blind = True
            return ()
        return [piece for piece in pieces if piece[0] not in (OPAQUE, REST)]

    def _take(self, letter: str, message: bytes) -> None:
        if letter not in "QFPBEDCSH":
            return
        current = self._current(letter)
        if current is None:
            return
        match letter:
            case "Q":
                _add(current.texts, message[5:].rstrip(b"\0"))
            case "P":
                name, _, rest = message[5:].partition(b"\0")
                sql = rest.partition(b"\0")[0]
                _keep(self._names, name, sql)
                _add(current.prepared, sql)
            case "B":
                _keep(self._portals, *messages.read_bind(message))
            case "E":
                current.executed += 1
                statement = self._portals.get(messages.read_execute(message), b"")
                _add(current.texts, self._names.get(statement, b""))

    def _current(self, letter: str) -> Round | None:
        """The round that a message belongs to."""
        current = self._open
        if current is None:
            followed = len(self._rounds) < MOST_ROUNDS
            current = Round(self.now()) if followed else None
            self._rounds.append(current)
        ends = letter in "QFS"
        if current is not None:
            current.simple = letter in "QF"
            current.whole = ends
        self._open = None if ends else current
        return current

    def _told(self, letter: str, message: bytes) -> None:
        if letter == "Z":
            self._ends()
        current = self._rounds[0] if self._rounds else None
        if current is None:
            return
        if letter == "C" and len(current.tags) < MOST_TEXTS:
            current.tags.append(operation(message[5:-1].decode(errors="replace")))
        elif letter == "E":
            current.sqlstate = messages.read_fields(message).get("C", b"").decode(errors="replace")
        elif letter == "G" and not current.simple and current.whole and self._open is None:
            current.whole = False  # the server ignores a Sync while it takes COPY data
            self._open = current

    def _ends(self) -> None:
        if not self._greeted:
            self._greeted = True
            return
        ended = self._rounds.popleft() if self._rounds else None
        if ended is not None:
            if ended is self._open:
                self._open = None
            ended.ended = self.now()
            self._done(ended)

    # What the proxy does

    def judged(self, sql: bytes, began: int, rulings: Iterable[Ruling], verdict: str = "") -> None:
        """A text was judged."""
        current = self._of(sql)
        if current is None:
            return
        for ruling in rulings:
            verdict = (ruling.noted or ruling.verdict).kind.name.lower()
            if len(current.verbs) < MOST_TEXTS and ruling.statement.verb:
                current.verbs.append(ruling.statement.verb.upper())
        self._part(current, Part("judge", began, self.now(), verdict))

    def did(self, name: str, began: int) -> None:
        """The session has waited for something that the proxy did."""
        current = self._of(b"")
        if current is not None:
            self._part(current, Part(name, began, self.now()))

    def checked(self, kind: str) -> None:
        """A check was put behind what the client has sent."""
        current = self._of(b"")
        if current is not None and len(current.checks) < MOST_PARTS:
            current.checks.append((self.now(), kind))

    def sent(self) -> None:
        """The server was sent something."""
        for current in self._rounds:
            if current is not None and not current.sent:
                current.sent = self.now()

    def abandon(self) -> None:
        """The session has ended; what is under way will not be answered."""
        self._blind = True
        while self._rounds:
            if (current := self._rounds.popleft()) is not None:
                current.ended, current.cut = self.now(), True
                self._done(current)

    def _of(self, sql: bytes) -> Round | None:
        """The round that a text is of: the oldest that holds it, else the oldest not sent yet."""
        found = None
        for current in self._rounds:
            if current is None:
                continue
            if sql and (sql in current.texts or sql in current.prepared):
                return current
            if found is None and not current.sent:
                found = current
        return found or next((one for one in self._rounds if one is not None), None)

    def _part(self, current: Round, part: Part) -> None:
        if len(current.parts) < MOST_PARTS:
            current.parts.append(part)


def operation(tag: str) -> str:
    """The words of a command tag, without its counts."""
    return tag.rstrip(" 0123456789")


def _add(texts: list[bytes], sql: bytes) -> None:
    if len(texts) < MOST_TEXTS:
        texts.append(sql)


def _keep(known: dict[bytes, bytes], name: bytes, value: bytes) -> None:
    known.pop(name, None)
    if len(known) >= MOST_NAMES:
        del known[next(iter(known))]
    known[name] = value
