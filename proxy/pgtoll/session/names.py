"""What a session's prepared statements and portals stand for."""

from collections.abc import Sequence

# The server keeps so much of a name that a message gives (NAMEDATALEN, without the zero), and
# takes names that are alike up to there for one. It takes them in its own encoding: of a name that
# it may have converted, only ASCII is known.
NAME_BYTES = 63
# Text kept for one session's prepared statements, in bytes; a statement beyond it is kept unread.
KEPT_BYTES = 16 << 20
# PostgreSQL sets no bound on names; a session with more is not one we can follow.
KEPT_NAMES = 20_000


class Prepared:
    """A statement as the client prepared it. It is never changed."""

    def __init__(
        self,
        sql: bytes | None,
        era: int | None = None,
        settings: int | None = None,
        types: tuple[int, ...] = (),
    ) -> None:
        self.sql = sql  # None: its text was not read or not kept
        self.era = era  # when it was prepared; None for the unnamed one, which no SQL can reach
        self.settings = settings  # those that its text was read under; None: it reads the same
        self.types = types  # of parameters, where they are none of PostgreSQL's own

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Prepared):
            return False
        same = (self.sql, self.era, self.settings) == (other.sql, other.era, other.settings)
        return same and self.types == other.types


UNREAD = Prepared(None)


class Meanings:
    """What the names of one kind stand for; None is a name that no message gave a meaning.

    The server runs the messages of a round in order and, after the first error, none of them. So
    the last meaning given in the round in progress is certain for all that is run behind it, and
    the meanings given in older rounds are certain once those are answered.
    """

    def __init__(self) -> None:
        self.known: dict[bytes, Prepared | None] = {}  # as of the rounds that are answered
        self.new: dict[bytes, Prepared | None] = {}  # given in the round in progress
        self.flying: dict[bytes, int] = {}  # how often a name was given one in rounds in between

    def certain(self, name: bytes) -> bool:
        name = name[:NAME_BYTES]
        return name in self.new or name not in self.flying

    def of(self, name: bytes) -> Prepared | None:
        name = name[:NAME_BYTES]
        return self.new[name] if name in self.new else self.known.get(name)


class Change:
    """A name is given a meaning, or loses it, by the message that has `at` others before it.

    It is never changed.
    """

    def __init__(self, at: int, kind: Meanings, name: bytes, value: Prepared | None) -> None:
        self.at = at
        self.kind = kind
        self.name = name
        self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Change):
            return False
        if self.at != other.at or self.kind is not other.kind or self.name != other.name:
            return False
        return self.value is other.value or self.value == other.value


NO_CHANGES: tuple[Change, ...] = ()


class Names:
    """Names to statements, exactly as the server has them.

    The name space is shared with SQL's PREPARE and DECLARE: what might have used it begins a new
    era, and a name of an older one may stand for a query of SQL's making as well.
    """

    def __init__(self) -> None:
        self.era = 0
        self.odd = False  # a statement that is no plain query has a name: SQL's EXECUTE may run it
        self.statements = Meanings()
        self.portals = Meanings()
        self.named_portals = False  # some portal besides the unnamed one is known
        self.changes: list[Change] = []  # given to names by the round in progress
        # A text and a name of a statement of which it is known, until something changes, that the
        # unnamed statement and portal stand for them anyway.
        self.said: bytes | None = None
        self.bound: bytes | None = None
        self._last = self.changes  # of the round before; one copy serves rounds that are alike
        self._kept = 0
        self._lost = False  # more names than are kept
        self._blurred = False  # a name was converted: it may be any other one

    # The client's side

    def parse(
        self,
        name: bytes,
        sql: bytes | None,
        at: int,
        *,
        settings: int | None = None,
        types: tuple[int, ...] = (),
        converted: bool = False,
    ) -> None:
        """A Parse was passed on; `sql` is None when its text was too large to be read.

        `converted`, here and below, says that the server may have converted the names.
        """
        self._see(name, converted)
        prepared = Prepared(sql, self.era if name else None, settings, types)
        self._change(at, self.statements, name, prepared)

    def bind(self, portal: bytes, statement: bytes, at: int, *, converted: bool = False) -> None:
        """A Bind was passed on."""
        self._see(portal, converted)
        self._change(at, self.portals, portal, self.statement(statement))

    def stands_for(self, prepared: Prepared, at: int) -> None:
        """A Parse of the unnamed statement was passed on, of a text that was prepared before."""
        self._change(at, self.statements, b"", prepared)

    def binds_to(self, prepared: Prepared, at: int) -> None:
        """A Bind of the unnamed portal was passed on, to a statement that is certain."""
        self._change(at, self.portals, b"", prepared)

    def close(self, kind: bytes, name: bytes, at: int, *, converted: bool = False) -> None:
        """A Close was passed on."""
        self._see(name, converted)
        self._change(at, self.portals if kind == b"P" else self.statements, name, None)

    def says_again(self, sql: bytes, settings: int | None) -> bool:
        """Whether a Parse of the unnamed statement, without own types, changes nothing for it."""
        known, new, flying = self.statements.known, self.statements.new, self.statements.flying
        if b"" in new or b"" in flying or (prepared := known.get(b"")) is None:
            return False
        if prepared.sql != sql or prepared.settings != settings or prepared.types:
            return False
        self.said = sql
        return True

    def binds_again(self, name: bytes) -> bool:
        """Whether a Bind of the unnamed portal gives it the meaning that it has anyway."""
        statements, portals, statement = self.statements, self.portals, name[:NAME_BYTES]
        if b"" in portals.new or b"" in portals.flying:
            return False
        if statement in statements.new or statement in statements.flying:
            return False
        bound = portals.known.get(b"")
        if bound is None or bound is not statements.known.get(statement):
            return False
        self.bound = name
        return True

    def look_again(self) -> None:
        """Something has changed."""
        self.said = self.bound = None

    def end_round(self) -> Sequence[Change]:
        """The client has ended a round; return what is to be handed back when it is answered."""
        changes = self.changes
        if not changes:
            return NO_CHANGES
        self.look_again()
        self.changes = []
        if changes == self._last:
            changes = self._last
        self._last = changes
        for change in changes:
            flying = change.kind.flying
            flying[change.name] = flying.get(change.name, 0) + 1
        self.statements.new.clear()
        self.portals.new.clear()
        return changes

    def reopen(self, changes: Sequence[Change], sent: int) -> None:
        """The server has not seen the end of a round of `sent` messages: what follows is in it."""
        self.look_again()
        later = [Change(one.at + sent, one.kind, one.name, one.value) for one in self.changes]
        self.changes = [*changes, *later]
        for change in changes:
            self._landed(change)
        for change in self.changes:
            change.kind.new[change.name] = change.value

    def taint(self) -> None:
        """SQL may have given a known name another meaning."""
        self.era += 1

    # The server's side

    def answered(self, changes: Sequence[Change], failed_at: int | None, *, idle: bool) -> None:
        """A round is answered: in full, or up to the message that has `failed_at` before it."""
        self.look_again()
        for change in changes:
            self._landed(change)
            if failed_at is None or change.at < failed_at:
                self._apply(change)
        if idle and self.named_portals:  # portals end with the transaction
            # The unnamed one may stay: SQL cannot open another in its place.
            unnamed = self.portals.known.pop(b"", None)
            self.portals.known.clear()
            self.named_portals = False
            if unnamed is not None:
                self.portals.known[b""] = unnamed

    # Asking

    def statement(self, name: bytes) -> Prepared | None:
        """What a certain name stands for, or None if no Parse of the client's made it."""
        return self._found(self.statements, name)

    def portal(self, name: bytes) -> Prepared | None:
        """What a certain portal was bound to, or None if no Bind of the client's made it."""
        return self._found(self.portals, name)

    def _found(self, kind: Meanings, name: bytes) -> Prepared | None:
        if self._blurred and not _is_plain(name):
            return UNREAD
        found = kind.of(name)
        return UNREAD if found is None and self._lost else found

    def _see(self, name: bytes, converted: bool) -> None:
        self._blurred |= converted and not _is_plain(name)

    def _change(self, at: int, kind: Meanings, name: bytes, value: Prepared | None) -> None:
        self.look_again()
        name = name[:NAME_BYTES]
        kind.new[name] = value
        self.changes.append(Change(at, kind, name, value))

    def _landed(self, change: Change) -> None:
        flying = change.kind.flying
        left = flying.pop(change.name) - 1
        if left:
            flying[change.name] = left

    def _apply(self, change: Change) -> None:
        known, value = change.kind.known, change.value
        self.named_portals |= change.kind is self.portals and bool(change.name)
        older = known.pop(change.name, None)
        if change.kind is self.statements and change.name:
            self._kept -= _size(older)
            self._kept += _size(value)
            if self._kept > KEPT_BYTES and value is not None:
                self._kept -= _size(value)
                value = UNREAD
        if len(known) >= KEPT_NAMES:
            self._lost = True
        elif value is not None:
            known[change.name] = value


def _is_plain(name: bytes) -> bool:
    """Whether the server keeps a name as it came, whatever it converts from."""
    return name[:NAME_BYTES].isascii()


def _size(prepared: Prepared | None) -> int:
    return len(prepared.sql or b"") if prepared else 0
