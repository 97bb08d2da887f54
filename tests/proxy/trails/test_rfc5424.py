"""One record is one message of syslog, which every receiver reads alike (RFC 5424, section 6)."""

import re

import pytest
from auditing import HOSTILE, PROXY, changed, refused

from pgtoll.trails.entries import Entry, Kind
from pgtoll.trails.rfc5424 import MOST_BYTES, as_syslog

MESSAGE = re.compile(
    rb"<(?P<priority>\d{1,3})>1 (?P<at>\S+) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48})"
    rb" (?P<process>[!-~]{1,128}) (?P<id>[!-~]{1,32})"
    rb" \[(?P<sd>[!-~]{1,32})(?P<pairs>(?: [a-z_]+=\"(?:[^\"\\\]\n]|\\[\"\\\]])*\")*)\]"
    rb" (?P<text>[^\n]*)"
)
PAIR = re.compile(rb' ([a-z_]+)="((?:[^"\\\]]|\\["\\\]])*)"')


def message(entry: Entry, host: str = "db1") -> bytes:
    return as_syslog(entry, facility=16, host=host, process=77, proxy=PROXY)


def read(entry: Entry) -> tuple[dict[str, bytes], dict[bytes, bytes]]:
    """Return the parts of a message, and of its structured data: as a receiver does it."""
    data = message(entry)
    match = MESSAGE.fullmatch(data)
    assert match, data
    pairs = match["pairs"]
    assert PAIR.sub(b"", pairs) == b"", pairs
    unescaped = {name: re.sub(rb"\\(.)", rb"\1", value) for name, value in PAIR.findall(pairs)}
    return match.groupdict(), unescaped


def test_a_message_has_the_form_of_the_rfc() -> None:
    parts, pairs = read(refused("SELECT 2", reason="no seat"))
    assert parts["priority"] == b"132"  # local0 is 16, a warning is 4
    assert parts["at"].endswith(b"Z")
    assert (parts["host"], parts["app"], parts["process"]) == (b"db1", b"pgtoll", b"77")
    assert (parts["id"], parts["sd"]) == (b"refused", b"pgtoll@32473")
    assert parts["text"] == b"42501: no license (no seat)"
    assert pairs == {
        b"proxy": PROXY.encode(),
        b"user": b"bob",
        b"sqlstate": b"42501",
        b"reason": b"no seat",
        b"sql": b"SELECT 2",
    }


def test_what_was_lost_is_worse_than_what_was_refused_or_done() -> None:
    lost = Entry(at=refused().at, kind=Kind.LOST, message="7 records")
    assert [read(one)[0]["priority"] for one in (lost, refused(), changed())] == [
        b"131", b"132", b"133",
    ]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_client_chooses_forges_a_message(text: str) -> None:
    parts, pairs = read(refused(text, user=text, application_name=text, message=text))
    assert (parts["priority"], parts["id"]) == (b"132", b"refused")
    assert pairs[b"proxy"] == PROXY.encode()
    assert set(pairs) == {
        b"proxy", b"user", b"application_name", b"sqlstate", b"sql",
    }  # fmt: skip
    data = message(refused(text, user=text))
    assert not any(byte < 0x20 or byte == 0x7F for byte in data)
    data.decode()


def test_other_than_ascii_is_marked_as_unicode() -> None:
    assert b"] \xef\xbb\xbf42501: \xe7\x88\xb1" in message(refused(message="爱"))
    assert b"\xef\xbb\xbf" not in message(refused(message="a"))


@pytest.mark.parametrize("text", ["x", "爱", "\0", '"'])
def test_of_a_long_statement_the_beginning_is_sent(text: str) -> None:
    data = message(refused(text * 70_000))
    assert MOST_BYTES / 4 < len(data) <= MOST_BYTES


@pytest.mark.parametrize("host", ["", "höst name\n", "x" * 300])
def test_the_header_has_no_place_for_anything_else(host: str) -> None:
    assert MESSAGE.fullmatch(message(refused(), host=host))
