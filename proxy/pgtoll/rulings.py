"""What one session's statements were ruled, for as long as nothing that rules them has changed."""

from weakref import ReferenceType, ref

from pgtoll.session.effects import Ruling

MOST = 64  # texts, and shapes of texts
LONGEST = 1 << 10  # bytes of a text

Rulings = tuple[Ruling, ...]


class KeptRulings:
    """Rulings by text, and by what texts of one shape have in common (`facts`, by identity).

    They are good for one standing of the user and one picture of what is in force. The picture may
    be large, and the session idle for days: it is not kept from being forgotten.
    """

    def __init__(self) -> None:
        self._rulings: dict[bytes, Rulings] = {}
        self._shapes: dict[object, Rulings] = {}
        self._standing: object = None
        self._picture: ReferenceType[object] | None = None

    def find(self, sql: bytes, standing: object, picture: object) -> Rulings | None:
        """The rulings on a text; those for another standing or picture are forgotten."""
        last = self._picture
        if self._standing is standing and last is not None and last() is picture:
            return self._rulings.get(sql) if len(sql) <= LONGEST else None
        self.forget()
        self._standing, self._picture = standing, ref(picture)
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

    def keep_shape(self, facts: object, rulings: Rulings) -> None:
        """Keep what was ruled of all texts with these facts."""
        if len(self._shapes) >= MOST:
            self._shapes.clear()
        self._shapes[facts] = rulings

    def forget(self) -> None:
        self._rulings.clear()
        self._shapes.clear()
