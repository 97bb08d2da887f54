"""Recordings that nobody has taken: of texts read on the spot, in the shop of catalog_samples."""

import io
from collections.abc import Iterable

from catalog_samples import CATALOG

from pgtoll.parsing.facts_cache import FactsCache
from pgtoll.recording.batches import Source, pack, unpack
from pgtoll.recording.collection import Collection, Taking
from pgtoll.recording.files import Recording
from pgtoll.recording.shapes import Shape, shapes_of
from pgtoll.recording.tally import Said, Tally, Who
from pgtoll_policy.bodies import read_statements
from pgtoll_policy.verdict import Verdict

SECOND = 1_790_000_000
TAKING = Taking(SECOND, SECOND + 60, "dora", "pgtoll test")
SOURCE = Source("w1", False, False)
ALICE, BOB = Who("alice", "alice"), Who("bob", "bob")


def shapes(sql: str) -> tuple[Shape, ...]:
    """Return the shapes of a text."""
    return shapes_of(read_statements(sql), sql.encode(), CATALOG, plain=True)


def said(sql: str) -> Said:
    data = sql.encode()
    return Said(data, data, lambda data: data.decode(), True)


def tally() -> Tally:
    return Tally(FactsCache(), lambda: CATALOG, SECOND)


def read_all(one: Tally) -> None:
    """Read what waits."""
    while (waiting := one.next_unread()) is not None:
        one.learned(waiting, read_statements(waiting.text))


def collected(ran: Iterable[tuple[Who, str]], verdicts: tuple[Verdict, ...] = ()) -> Collection:
    """Return what one worker has seen of these, each sent once."""
    counting, found = tally(), Collection()
    for who, sql in ran:
        counting.ran(who, said(sql), verdicts)
    read_all(counting)
    found.add(unpack(pack(SOURCE, counting.harvest(), (), last=True)))
    return found


def recorded(*ran: tuple[Who, str]) -> Recording:
    """Return a recording of these as it is read from a file."""
    return Recording(io.BytesIO(collected(ran).as_file(TAKING)))
