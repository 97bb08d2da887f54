"""What a session's prepared statements and portals stand for."""

from typing import NamedTuple

# Text kept for one session's prepared statements, in bytes; a statement beyond it is kept unseen.
KEPT_BYTES = 16 << 20
# PostgreSQL sets no bound on names; a session with more is not one we can follow.
KEPT_NAMES = 20_000


class Prepared(NamedTuple):
    """A statement as the client prepared it."""

    sql: bytes | None  # None: nobody has seen its text, or it was too large to be kept
    era: int | None  # when it was prepared; None for the unnamed one, which SQL cannot reach


UNSEEN = (Prepared(None, None),)


class Names:
    """Names to statements, never sure of more than the server is.

    A Parse may fail on the server and leave the older statement of that name in place, so until a
    round has ended without an error a name stands for every statement it may stand for; but up to
    the next Sync only for the new one, because after a failure nothing runs before that. The name
    space is shared with SQL's PREPARE: what might have used it begins a new era, after which the
    texts of older names are no proof.
    """

    def __init__(self) -> None:
        self.era = 0
        self.statements: dict[bytes, tuple[Prepared, ...]] = {}
        self.portals: dict[bytes, tuple[Prepared, ...]] = {}
        self.fresh: dict[bytes, Prepared] = {}  # parsed since the last Sync
        self._unconfirmed: list[bytes] = []
        self._kept = 0

    def parse(self, name: bytes, sql: bytes | None) -> None:
        """A Parse was passed on; `sql` is None when its text was too large to be read."""
        if not name:
            older = self.statements.get(name, ())
            self.fresh[name] = Prepared(sql, None)
            if len(older) != 1 or older[0].sql != sql:
                self.statements[name] = (*older[-1:], self.fresh[name])
                self._unconfirmed.append(name)
            return
        older = self.statements.get(name, UNSEEN)
        if len(self.statements) > KEPT_NAMES or len(older) > 8:
            self._forget(name)
            return
        self._kept += len(sql or b"")
        prepared = Prepared(sql if self._kept <= KEPT_BYTES else None, self.era)
        self.statements[name] = (*older, prepared)
        self.fresh[name] = prepared
        self._unconfirmed.append(name)

    def bind(self, portal: bytes, statement: bytes) -> None:
        """A Bind was passed on."""
        if len(self.portals) > KEPT_NAMES:
            self.portals.clear()
        older = self.portals.get(portal, ()) if portal else ()
        self.portals[portal] = tuple(dict.fromkeys((*older, *self.statement(statement))))

    def close(self, kind: bytes, name: bytes) -> None:
        """A Close was passed on; a name that is not known any more counts as unseen."""
        if kind == b"P":
            self.portals.pop(name, None)
        else:
            self._forget(name)

    def statement(self, name: bytes) -> tuple[Prepared, ...]:
        """Every statement that `name` may stand for."""
        fresh = self.fresh.get(name)
        return self.statements.get(name, UNSEEN) if fresh is None else (fresh,)

    def sync(self) -> None:
        """A Sync or a Query is passed on: from here on messages run whatever failed before."""
        self.fresh.clear()

    def portal(self, name: bytes) -> tuple[Prepared, ...]:
        """Every statement that the portal `name` may have been bound to."""
        return self.portals.get(name, UNSEEN)

    def settled(self, *, failed: bool) -> None:
        """Every message passed on so far has been answered."""
        if failed:
            self._unconfirmed.clear()
        while self._unconfirmed:
            name = self._unconfirmed.pop()
            older = self.statements.get(name, ())
            self._kept -= sum(len(p.sql or b"") for p in older[:-1]) if name else 0
            if older:
                self.statements[name] = older[-1:]

    def taint(self) -> None:
        """SQL may have prepared or deallocated something under a known name."""
        self.era += 1

    def _forget(self, name: bytes) -> None:
        self.fresh.pop(name, None)
        gone = self.statements.pop(name, ())
        self._kept -= sum(len(p.sql or b"") for p in gone) if name else 0
