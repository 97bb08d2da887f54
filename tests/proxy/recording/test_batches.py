"""What a worker hands over comes back as it was, or is refused."""

import zlib

import pytest
from recording_samples import ALICE, SOURCE, read_all, said, tally

from pgtoll.errors import BadRecording
from pgtoll.recording.batches import entry_of, pack, unpack


def test_it_comes_back_as_it_was() -> None:
    one = tally()
    one.ran(ALICE, said("SELECT * FROM contact"), ())
    read_all(one)
    harvest = one.harvest()
    batch = unpack(pack(SOURCE, harvest, (), last=False))
    assert (batch.source, batch.last, batch.entries) == (SOURCE, False, harvest.entries)
    assert {one.id: one for one in batch.shapes} == harvest.shapes
    again = unpack(pack(SOURCE, harvest, set(harvest.shapes), last=True))
    assert (again.shapes, again.last) == ((), True)


@pytest.mark.parametrize("data", [b"", b"x", zlib.compress(b"{}"), zlib.compress(b"[1]")])
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(BadRecording):
        unpack(data)


@pytest.mark.parametrize(
    "value",
    [
        7,
        [1, 2],
        ["s", "u", "r", 0, "allow", "", 1, 0, 0],
        ["s", "u", "r", 0, "perhaps", "", 1, 0, 0, 0],
        ["s", "u", "r", 0, "allow", "", -1, 0, 0, 0],
        ["s", 5, "r", 0, "allow", "", 1, 0, 0, 0],
    ],
)
def test_a_line_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        entry_of(value)
