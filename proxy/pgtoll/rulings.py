"""What one session's statements were ruled, for as long as nothing that rules them has changed."""

from weakref import ReferenceType, ref

from pgtoll.session.effects import Ruling

MOST = 64
LONGEST = 1 << 10  # bytes of a text

Rulings = tuple[Ruling, ...]


class KeptRulings:
    """Rulings by text, good for one standing of the user and one picture of what is in force.

    The picture may be large, and the session idle for days: it is not kept from being forgotten.
    """

    def __init__(self) -> None:
        self._rulings: dict[bytes, Rulings] = {}
        self._standing: object = None
        self._picture: ReferenceType[object] | None = None

    def find(self, sql: bytes, standing: object, picture: object) -> Rulings | None:
        """The rulings on a text; those for another standing or picture are forgotten."""
        last = self._picture
        if self._standing is standing and last is not None and last() is picture:
            return self._rulings.get(sql)
        self.forget()
        self._standing, self._picture = standing, ref(picture)
        return None

    def keep(self, sql: bytes, rulings: Rulings) -> None:
        """Keep the rulings on a text that was just looked for, if it is short and there is room."""
        if len(sql) <= LONGEST and len(self._rulings) < MOST:
            self._rulings[sql] = rulings

    def forget(self) -> None:
        self._rulings.clear()
