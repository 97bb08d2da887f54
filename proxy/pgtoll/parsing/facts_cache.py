"""The facts of texts already read: by the exact text, then by its shape. Bounded; no verdicts."""

from collections import deque
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from weakref import ReferenceType, WeakValueDictionary, ref

from pgtoll_policy.catalog import Catalog
from pgtoll_policy.facts import Script, Statement
from pgtoll_policy.reach import Reach, reach
from pgtoll_policy.shape import MAX_BYTES, shape_of, trimmed

# Two generations of each; the older is dropped when the younger is full.
GENERATION_ENTRIES = 5_000
GENERATION_BYTES = 24 << 20
# The facts of one statement, and each name in them, roughly, with what they lead to.
ENTRY_BYTES, NAME_BYTES = 2000, 400
LONGEST_KEY = 1 << 20  # bytes: to hash it takes 0.3 ms
# Longer texts, and those with the facts of shorter ones, are compared. Each is asked for as soon as
# it is known, so a few do.
LONG_TEXTS = 8
LONG_BYTES = 16 << 20


_names_of = attrgetter(
    *(field.name for field in fields(Statement) if isinstance(field.default, frozenset))
)


def _size(statements: Iterable[Statement]) -> int:
    """Return what the facts of these take, in bytes."""
    size = 0
    for one in statements:
        size += ENTRY_BYTES + NAME_BYTES * sum(map(len, _names_of(one)))
        if one.body or one.defines:
            size += _size(one.body + one.defines)
    return size


class Facts:
    """What a text says, and what that stands for in the catalog last asked about."""

    __slots__ = ("__weakref__", "_catalog", "_discreet", "_reaches", "script")

    def __init__(self, script: Script) -> None:
        self.script = script
        # Weak: a text that is not asked for again must not keep a picture that is out of date.
        self._catalog: ReferenceType[Catalog] | None = None
        self._reaches: tuple[Reach, ...] = ()
        self._discreet = False  # whether those are for a discreet role

    def reaches(self, catalog: Catalog, *, discreet: bool = False) -> tuple[Reach, ...]:
        """What each statement touches, its names resolved in `catalog`."""
        last = self._catalog
        if last is None or last() is not catalog or self._discreet is not discreet:
            self._reaches = tuple(
                reach(one, catalog, discreet=discreet) for one in self.script.statements
            )
            self._catalog, self._discreet = ref(catalog), discreet
        return self._reaches


class Generations:
    """A bounded mapping that forgets what was not asked for lately, in constant time."""

    def __init__(self) -> None:
        self._young: dict[object, tuple[Facts, int]] = {}
        self._old: dict[object, tuple[Facts, int]] = {}
        self._bytes = 0  # of the young

    def find(self, key: object) -> Facts | None:
        if (entry := self._young.get(key)) is not None:
            return entry[0]
        if (entry := self._old.pop(key, None)) is None:
            return None
        self.keep(key, *entry)
        return entry[0]

    def keep(self, key: object, facts: Facts, size: int) -> None:
        """Keep an entry of about `size` bytes."""
        self._bytes += size - self._young.get(key, (facts, 0))[1]
        self._young[key] = facts, size
        if len(self._young) > GENERATION_ENTRIES or self._bytes > GENERATION_BYTES:
            self._old, self._young, self._bytes = self._young, {}, 0


class LongTexts:
    """The facts of the last few texts that are long by their constants alone."""

    def __init__(self) -> None:
        self._kept: deque[tuple[bytes, Facts]] = deque()
        self._bytes = 0

    def find(self, sql: bytes) -> Facts | None:
        return next((facts for text, facts in self._kept if text == sql), None)

    def keep(self, sql: bytes, facts: Facts) -> None:
        """Keep the facts of a text that is not here yet."""
        self._kept.appendleft((sql, facts))
        self._bytes += len(sql)
        while len(self._kept) > LONG_TEXTS or (self._bytes > LONG_BYTES and len(self._kept) > 1):
            self._bytes -= len(self._kept.pop()[0])


class FactsCache:
    """Facts by exact text; for statements whose constants do not matter, by shape as well."""

    def __init__(self) -> None:
        self._exact = Generations()
        self._shapes = Generations()
        self._long = LongTexts()
        self._of_script: WeakValueDictionary[int, Facts] = WeakValueDictionary()  # by identity
        self._last: tuple[bytes, bytes | None] = b"", None  # the last text with its shape
        self.exact_hits = 0
        self.shape_hits = 0
        self.misses = 0
        self.preloaded = 0  # statements that were read before anybody sent them

    def find(self, key: object, sql: bytes | None) -> Facts | None:
        """The facts kept under `key`, or under the shape of `sql` if that is given."""
        if sql is not None and len(sql) > MAX_BYTES:
            return self._find_long(key, sql)
        if (facts := self._exact.find(key)) is not None:
            self.exact_hits += 1
            return facts
        if sql is not None and (shape := self._shape(sql)) is not None:
            facts = self._shapes.find(shape)
            if facts is not None and shape == trimmed(sql):  # a text without constants comes again
                self._exact.keep(key, facts, ENTRY_BYTES + 2 * len(sql))
        if facts is None:
            self.misses += 1
        else:
            self.shape_hits += 1
        return facts

    def _find_long(self, key: object, sql: bytes) -> Facts | None:
        """The same for a text without a shape. It is no miss yet: a shorter one may have them."""
        facts = self._long.find(sql)
        if facts is None and len(sql) <= LONGEST_KEY:
            facts = self._exact.find(key)
            self.exact_hits += facts is not None
        return facts

    def has(self, key: object, sql: bytes | None) -> bool:
        """Whether `find` would find something."""
        if sql is not None and len(sql) > MAX_BYTES:
            return self._find_long(key, sql) is not None
        if self._exact.find(key) is not None:
            return True
        shape = self._shape(sql) if sql is not None else None
        return shape is not None and self._shapes.find(shape) is not None

    def keep_long(self, sql: bytes, facts: Facts) -> None:
        """Keep the facts of a text that is longer than what has a shape, for a moment."""
        self._long.keep(sql, facts)

    def keep(self, key: object, sql: bytes | None, script: Script) -> Facts:
        """Keep what reading a text gave, and return it; one script has the same facts each time."""
        facts = self._of_script.get(id(script))
        if facts is None or facts.script is not script:
            facts = self._of_script[id(script)] = Facts(script)
        if sql is not None and len(sql) > LONGEST_KEY:
            self._long.keep(sql, facts)
            return facts
        size = ENTRY_BYTES + _size(script.statements) + 2 * len(sql or b"")
        self._exact.keep(key, facts, size)
        if script.shapeable and sql is not None and (shape := self._shape(sql)) is not None:
            self._shapes.keep(shape, facts, size)
        return facts

    def _shape(self, sql: bytes) -> bytes | None:
        """The shape of a text, which is asked for until its facts are known."""
        if self._last[0] != sql:
            self._last = sql, shape_of(sql)
        return self._last[1]
