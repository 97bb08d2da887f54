"""A recording's file is read as it was written; cut, changed and foreign ones are refused."""

import gzip
import io
import json
import random
from contextlib import suppress

import pytest
from recording_samples import ALICE, BOB, TAKING, collected

from pgtoll.errors import BadRecording
from pgtoll.recording.files import Recording, looks_like

RAN = [(ALICE, "SELECT * FROM contact"), (BOB, "SELECT * FROM mrktinvoice"), (BOB, "BEGIN")]
FILE = collected(RAN).as_file(TAKING)
LINES = gzip.decompress(FILE).splitlines(keepends=True)


def read(data: bytes) -> list[tuple[str, str, int]]:
    recording = Recording(io.BytesIO(data))
    return [
        (recording.shapes[number].title, entry.who.user, count.runs)
        for number, entry, count in recording.entries()
    ]


def with_lines(*lines: bytes) -> bytes:
    return gzip.compress(b"".join(lines))


def test_it_is_read_as_it_was_written() -> None:
    assert looks_like(FILE)
    assert sorted(read(FILE)) == [
        ("SELECT * FROM contact", "alice", 1),
        ("SELECT * FROM mrktinvoice", "bob", 1),
        ("begin …", "bob", 1),
    ]
    header = Recording(io.BytesIO(FILE)).header
    assert (header.statements, header.shapes, header.users, header.entries) == (3, 3, 2, 3)
    assert header.when.endswith(" UTC")


@pytest.mark.parametrize("size", range(0, len(FILE), 7))
def test_a_cut_file_is_refused(size: int) -> None:
    with pytest.raises(BadRecording):
        read(FILE[:size])


def test_a_changed_file_is_refused_or_says_the_same() -> None:
    same, generator = read(FILE), random.Random(7)  # noqa: S311 (any will do)
    for _ in range(300):
        data = bytearray(FILE)
        data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        with suppress(BadRecording):
            assert read(bytes(data)) == same  # a bit of gzip's header that says nothing


BROKEN = (
    b"",
    b"SELECT 1",
    gzip.compress(b"SELECT 1\n"),
    with_lines(*LINES[:-1]),
    with_lines(*LINES[:-2], LINES[-1]),
    with_lines(*LINES, LINES[-1]),
    with_lines(*LINES[1:]),
    with_lines(LINES[0].replace(b'"version":1', b'"version":2'), *LINES[1:]),
    with_lines(LINES[0].replace(b'"shapes":3', b'"shapes":-1'), *LINES[1:]),
    with_lines(LINES[0], LINES[1].replace(b"contact", b"invoice"), *LINES[2:]),
    with_lines(*LINES[:4], b'[9,"u","r",0,"allow","",1,0,0,0]\n', *LINES[4:]),
    with_lines(*LINES[:4], b"[" * 5000 + b"\n", *LINES[4:]),
    with_lines(*LINES[:4], b"null\n", *LINES[4:]),
    gzip.compress(b"".join(LINES)[:-1]),
)


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_what_is_no_recording_is_refused(number: int) -> None:
    with pytest.raises(BadRecording):
        read(BROKEN[number])


def test_it_is_lines_of_json() -> None:
    values = [json.loads(line) for line in LINES]
    assert values[0]["format"] == "pgtoll recording"
    assert values[-1] == {"end": len(LINES) - 1}
