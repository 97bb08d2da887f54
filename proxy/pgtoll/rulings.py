"""What statements were ruled, for as long as nothing that rules them has changed.

Sessions that are judged alike share what is kept: there may be ten thousand of one application.
"""

from weakref import ReferenceType, WeakValueDictionary, ref

from pgtoll.session.effects import Ruling

MOST = 512  # texts, and shapes of texts, of sessions that are judged alike
LONGEST = 1 << 10  # bytes of a text
MOST_BYTES = 64 << 20  # of all that a process keeps
RULING_BYTES = 1 << 10  # what one takes besides its text, roughly

Rulings = tuple[Ruling, ...]


class Room:
    """What all kept rulings of a process may take. Where there is none left, all are forgotten."""

    def __init__(self, size: int = MOST_BYTES) -> None:
        self.era = 0  # how often that has happened
        self._size = self._left = size

    def take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            self.era += 1
            self._left = self._size


class KeptRulings:
    """Rulings by text, and by what texts of one shape have in common (`facts`, by identity).

    They are good for one standing of the user and one picture of what is in force. The picture may
    be large, and the sessions idle for days: it is not kept from being forgotten.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._era = room.era
        self._rulings: dict[bytes, Rulings] = {}
        self._shapes: dict[object, Rulings] = {}
        self._standing: object = None
        self._picture: ReferenceType[object] | None = None

    def find(self, sql: bytes, standing: object, picture: object) -> Rulings | None:
        """The rulings on a text; those for another standing or picture are forgotten."""
        last = self._picture
        same = self._standing is standing and self._era == self._room.era
        if same and last is not None and last() is picture:
            return self._rulings.get(sql) if len(sql) <= LONGEST else None
        self.forget()
        self._standing, self._picture, self._era = standing, ref(picture), self._room.era
        return None

    @property
    def has_shapes(self) -> bool:
        """Whether anything was ruled of texts of one shape."""
        return bool(self._shapes)

    def find_shape(self, facts: object) -> Rulings | None:
        """The rulings on all texts with these facts, for what `find` was last asked about."""
        return self._shapes.get(facts)

    def keep(self, sql: bytes, rulings: Rulings) -> None:
        """Keep the rulings on a text that was just looked for, if it is short."""
        if len(sql) <= LONGEST:
            if len(self._rulings) >= MOST:  # what is asked for often will soon be back
                self._rulings.clear()
            self._rulings[sql] = rulings
            self._room.take(len(sql) + RULING_BYTES * len(rulings))

    def keep_shape(self, facts: object, rulings: Rulings) -> None:
        """Keep what was ruled of all texts with these facts."""
        if len(self._shapes) >= MOST:
            self._shapes.clear()
        self._shapes[facts] = rulings
        self._room.take(RULING_BYTES * len(rulings))

    def forget(self) -> None:
        self._rulings.clear()
        self._shapes.clear()


class SharedRulings:
    """The kept rulings of a process, by what all depends on besides standing and picture."""

    def __init__(self) -> None:
        self._room = Room()
        self._kept: WeakValueDictionary[object, KeptRulings] = WeakValueDictionary()

    def of(self, kind: object) -> KeptRulings:
        """Return what sessions of a kind keep together, while there are any."""
        kept = self._kept.get(kind)
        if kept is None:
            kept = self._kept[kind] = KeptRulings(self._room)
        return kept
