"""The file of an export: read as it was written, and refused when it is anything else."""

import hashlib
import io
import json
import random
import re
from dataclasses import fields, replace
from typing import Any

import pytest
from stored import EMPTY, FULL

from pgtoll.backup import form
from pgtoll.backup.contents import Contents
from pgtoll.backup.form import is_export, read_contents, render
from pgtoll.backup.records import parts_of
from pgtoll.errors import StoreError
from pgtoll_policy.errors import BadDocument

FILE = render(FULL)
LINES = FILE.splitlines(keepends=True)


def read(data: bytes) -> Contents:
    return read_contents(io.BytesIO(data))


def refused(data: bytes) -> str:
    """Return why a file is refused, which is one line."""
    with pytest.raises(BadDocument) as caught:
        read(data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def sealed(*lines: bytes) -> bytes:
    """Return a file of these lines with all digests as they have to be: its writer is hostile."""
    parts = {}
    for name in parts_of(json.loads(lines[0])["format"]):
        own = [line for line in lines if line.startswith(b'{"part":"%b"' % name.encode())]
        parts[name] = {"records": len(own), "sha256": hashlib.sha256(b"".join(own)).hexdigest()}
    whole = hashlib.sha256(b"".join(lines)).hexdigest()
    return (
        b"".join(lines)
        + json.dumps({"pgtoll": "end", "parts": parts, "sha256": whole}).encode()
        + b"\n"
    )


@pytest.mark.parametrize("contents", [EMPTY, FULL], ids=["empty", "full"])
def test_what_is_written_is_read(contents: Contents) -> None:
    data = render(contents)
    assert is_export(data)
    assert data.isascii()
    assert read(data) == contents
    assert render(read(data)) == data


def test_each_line_is_an_object_that_a_person_can_read() -> None:
    first, *_, last = (json.loads(line) for line in LINES)
    assert (first["pgtoll"], first["format"], first["database"]) == ("export", 2, "shop")
    assert last["pgtoll"] == "end"
    assert last["parts"]["seat"]["records"] == len(FULL.seats)


@pytest.mark.parametrize("length", range(1, len(LINES)))
def test_a_file_that_was_cut_between_two_lines_is_refused(length: int) -> None:
    assert "cut short" in refused(b"".join(LINES[:length]))


def test_a_file_that_was_cut_anywhere_is_refused() -> None:
    for length in range(0, len(FILE) - 1, 97):
        refused(FILE[:length])


def test_no_flipped_bit_goes_unseen() -> None:
    chance = random.Random(7)  # noqa: S311 (the same bits in every run)
    for _ in range(300):
        at, data = chance.randrange(len(FILE)), bytearray(FILE)
        data[at] ^= 1 << chance.randrange(8)
        refused(bytes(data))


@pytest.mark.parametrize("at", range(1, len(LINES) - 1))
def test_no_line_can_be_left_out_or_come_twice(at: int) -> None:
    refused(b"".join(LINES[:at] + LINES[at + 1 :]))
    refused(b"".join(LINES[: at + 1] + LINES[at:]))


def test_nothing_follows_the_last_line() -> None:
    assert "follows the last line" in refused(FILE + b"\n")
    assert "follows the last line" in refused(FILE + b"x\n" * 3)
    assert "follows the last line" in refused(FILE + LINES[1])


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\x1f\x8b\x08", b"PK\x03\x04", b"{}\n", b"\x00" * 5000, b'{"payloadType":"x"}'],
)
def test_what_is_none_of_ours_is_refused_by_its_first_line(data: bytes) -> None:
    assert not is_export(data)
    assert refused(data)


def test_another_format_is_named() -> None:
    for number in (b"3", b"0", b"true", b'"2"', b"null"):
        newer = LINES[0].replace(b'"format":2', b'"format":' + number)
        assert "is of another pgtoll: this one reads 1 and 2" in refused(newer + FILE)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"part":"seat","product":"m","user":"u","granted_by":"d"}', "missing field granted_at"),
        (b'{"part":"seat",' + b'"a":[' * 50_000 + b"\n", "not strict JSON"),
        (b'{"part":"seat",' + b'"a":1,' * 3 + b'"b":1}', "'a' twice"),
        (b'{"part":"seat","user":NaN}', "not an integer"),
        (b'{"part":"../../etc/passwd"}', "missing field"),
        (b'{"part":"nonsense","x":1}', "part nonsense has no place there"),
        (b"[1,2,3]", "must be an object"),
        (b"\xff\xfe", "not strict JSON"),
        (b'{"pgtoll":"begin","parts":{},"sha256":""}', "neither a record nor the last line"),
    ],
)
def test_a_hostile_line_is_refused_with_its_number(line: bytes, words: str) -> None:
    assert words in refused(sealed(LINES[0], line.rstrip(b"\n") + b"\n"))


def changed(part: bytes, **fields: object) -> bytes:
    """Return a file whose first record of a part has other fields, its digests made to fit."""
    lines = list(LINES[:-1])
    at = next(i for i, line in enumerate(lines) if line.startswith(b'{"part":"%b",' % part))
    content = json.loads(lines[at]) | fields
    lines[at] = json.dumps(content, separators=(",", ":")).encode() + b"\n"
    return sealed(*lines)


@pytest.mark.parametrize(
    ("part", "fields", "words"),
    [
        (b"document", {"file": "*"}, "file is not base64"),
        (b"document", {"file": 1}, "file is not base64"),
        (b"document", {"kind": "table"}, "kind must be product or license or revocation"),
        (b"document", {"serial": -1}, "serial must be from 0"),
        (b"document", {"serial": "1"}, "serial must be an integer"),
        (b"document_change", {"act": "drop"}, "act must be upload or delete"),
        (b"seat", {"user": "a\0b"}, "user must be text"),
        (b"seat", {"user": "x" * 100_001}, "user must be text of at most"),
        (b"seat", {"user": "\ud800"}, "user has halves of characters"),
        (b"seat", {"user": None}, "user must be text"),
        (b"seat", {"granted_at": "2026-05-01T12:00:00Z"}, "is not written like"),
        (b"seat", {"granted_at": "2026-05-01T12:00:00.000000"}, "is not written like"),
        (b"seat", {"granted_at": "9999-05-01T12:00:00.000000Z"}, "is not written like"),
        (b"seat", {"granted_at": "yesterday"}, "granted_at is not an instant"),
        (b"pin", {"relation": 1 << 32}, "relation must be from 1"),
        (b"pin", {"kind": "x"}, "kind must be"),
        (b"seen", {"last_day": "2026-05-01T00:00:00Z"}, "last_day is not a day"),
        (b"seen", {"last_day": "20260501"}, "last_day is not written like"),
        (b"seen", {"last_day": "9999-01-01"}, "last_day is not written like"),
        (b"seen", {"last_day": "2026-02-30"}, "last_day is not a day"),
        (b"seen", {"last_day": 20260501}, "last_day must be text"),
        (b"day", {"users": -1}, "users must be from 0"),
        (b"day", {"users": 1 << 31}, "users must be from 0"),
        (b"day_table", {"rows": 1.5}, "not an integer"),
        (b"day_refusal", {"refusals": True}, "refusals must be an integer"),
        (b"event", {"message": "\0"}, "message must be text"),
    ],
)
def test_a_field_that_holds_something_else_is_named(
    part: bytes, fields: dict[str, object], words: str
) -> None:
    assert re.match(r"line \d+: ", reason := refused(changed(part, **fields)))
    assert words in reason


@pytest.mark.parametrize(
    "part", ["seats", "seen", "days", "product_days", "table_days", "refusal_days"]
)
def test_nothing_is_there_twice_that_a_store_has_once(part: str) -> None:
    twice: Any = {part: getattr(FULL, part) * 2}
    assert "twice" in refused(render(replace(FULL, **twice)))


def test_figures_of_a_day_that_is_not_there_are_refused() -> None:
    assert "figures of 2026-05-01, and that day is not in it" in refused(
        render(replace(FULL, days=FULL.days[:1]))
    )


# Older files


def older() -> bytes:
    """The same as the first format has it, which knew nothing of days and events."""
    first = json.loads(LINES[0])
    del first["recorded"]
    kept = [line for line in LINES[1:-1] if json.loads(line)["part"] in parts_of(1)]
    begin = json.dumps(first | {"format": 1}, separators=(",", ":")).encode() + b"\n"
    return sealed(begin, *kept)


def test_a_file_of_the_first_format_is_read() -> None:
    known = (*(part.holder for part in parts_of(1).values()), "origin")
    found = read(older())
    assert found.origin == replace(FULL.origin, recorded=None)
    for one in fields(Contents):
        wanted = getattr(FULL, one.name) if one.name in known else ()
        assert one.name == "origin" or getattr(found, one.name) == wanted


def test_a_file_of_the_first_format_has_no_later_parts() -> None:
    lines = older().splitlines(keepends=True)
    day = next(line for line in LINES if line.startswith(b'{"part":"day",'))
    assert "part day has no place there" in refused(sealed(*lines[:-1], day))
    with_more = json.loads(lines[0]) | {"recorded": "2026-01-01"}
    assert "unknown field" in refused(json.dumps(with_more, separators=(",", ":")).encode() + b"\n")


def test_no_file_is_written_that_could_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MOST_RECORDS", len(LINES) - 1)
    with pytest.raises(StoreError, match="holds more than an export can"):
        render(FULL)


def test_a_file_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "longer than anything of ours" in refused(LINES[0] + b"x" * (form.MOST_LINE + 2))
    monkeypatch.setattr(form, "MOST_BYTES", len(FILE) - 1)
    assert "longer than anything of ours" in refused(FILE)
    monkeypatch.setattr(form, "MOST_BYTES", len(FILE))
    assert read(FILE) == FULL
    monkeypatch.setattr(form, "MOST_RECORDS", 3)
    assert "more than 3 lines" in refused(FILE)
