"""The packets before authentication, as PostgreSQL reads them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from raw_client import GSSENC_REQUEST, SSL_REQUEST, startup

from pgtoll.errors import ProtocolViolation, UnsupportedProtocol
from pgtoll.wire.startup import (
    CANCEL_CODE,
    MAX_CANCEL_KEY,
    MAX_STARTUP_BYTES,
    SSL_CODE,
    CancelRequest,
    EncryptionRequest,
    Startup,
    read_opening,
)

VERSION_3_0, VERSION_3_2 = 3 << 16, 3 << 16 | 2


def packet(code: int, body: bytes = b"") -> bytes:
    return struct.pack("!II", 8 + len(body), code) + body


def cancel(key: bytes) -> bytes:
    return packet(CANCEL_CODE, b"\0\0\0\x07" + key)


def startup_of(raw: bytes) -> Startup:
    read = read_opening(raw)
    assert read is not None
    opening, rest = read
    assert isinstance(opening, Startup)
    assert (opening.raw, rest) == (raw, b"")
    return opening


@pytest.mark.parametrize("raw", [SSL_REQUEST, GSSENC_REQUEST])
def test_a_request_for_encryption_is_read_and_what_follows_is_kept(raw: bytes) -> None:
    assert read_opening(raw) == (EncryptionRequest(raw), b"")
    assert read_opening(raw + b"more") == (EncryptionRequest(raw), b"more")
    longer = packet(EncryptionRequest(raw).code, b"more")
    assert read_opening(longer + b"x") == (EncryptionRequest(longer), b"x")


@pytest.mark.parametrize("key", [b"keyy", bytes(32), bytes(MAX_CANCEL_KEY)])
def test_a_cancel_request_is_kept_as_it_came(key: bytes) -> None:
    assert read_opening(cancel(key)) == (CancelRequest(cancel(key)), b"")


def test_a_startup_message_says_who_and_where() -> None:
    opening = startup_of(startup(user="bob", database="shop", application_name=""))
    assert opening.parameters == {"user": "bob", "database": "shop", "application_name": ""}
    assert (opening.user, opening.database, opening.replication) == ("bob", "shop", False)


def test_the_database_is_called_like_the_user_unless_it_is_named() -> None:
    assert startup_of(startup(user="bob")).database == "bob"
    assert startup_of(startup(user="bob", database="")).database == "bob"


def test_a_startup_message_may_hold_no_parameter() -> None:
    opening = startup_of(packet(VERSION_3_2, b"\0"))
    assert (opening.parameters, opening.user) == ({}, "")


def test_of_a_parameter_given_twice_the_last_counts() -> None:
    opening = startup_of(packet(VERSION_3_0, b"user\0alice\0user\0bob\0\0"))
    assert opening.user == "bob"


def test_texts_in_another_encoding_are_kept() -> None:
    opening = startup_of(packet(VERSION_3_0, b"user\0b\xf6b\0my.\xff\0\xe4\0\0"))
    assert opening.user.encode("utf-8", "surrogateescape") == b"b\xf6b"
    assert list(opening.parameters) == ["user", "my.\udcff"]


@pytest.mark.parametrize("version", [3 << 16 | 1, 3 << 16 | 2, 3 << 16 | 9999, 3 << 16 | 0xFFFF])
def test_versions_and_options_that_do_not_exist_are_the_servers_to_negotiate(version: int) -> None:
    opening = startup_of(packet(version, b"user\0bob\0_pq_.grease\0on\0_pq_.\0\0\0"))
    assert opening.user == "bob"


@pytest.mark.parametrize(("major", "old"), [(0, False), (1, True), (2, True), (4, False)])
def test_another_version_is_refused_in_words_that_it_has(major: int, old: bool) -> None:
    with pytest.raises(UnsupportedProtocol) as caught:
        read_opening(packet(major << 16 | 7, b"user\0bob\0\0"))
    assert str(caught.value) == (
        f"unsupported frontend protocol {major}.7: server supports 3.0 to 3.2"
    )
    assert caught.value.old is old


@pytest.mark.parametrize(
    ("value", "replication"),
    [("true", True), ("database", True), ("1", True), ("off", False), ("NO", False), ("0", False)],
)
def test_a_replication_connection_is_known_as_one(value: str, replication: bool) -> None:
    assert startup_of(startup(user="bob", replication=value)).replication is replication


@pytest.mark.parametrize("raw", [SSL_REQUEST, cancel(b"keyy"), startup(user="bob")])
def test_an_incomplete_packet_waits_for_the_rest(raw: bytes) -> None:
    assert all(read_opening(raw[:size]) is None for size in range(len(raw)))


@pytest.mark.parametrize("length", [0, 7, MAX_STARTUP_BYTES + 1, 0xFFFFFFFF])
def test_a_length_that_cannot_be_is_refused_at_once(length: int) -> None:
    with pytest.raises(ProtocolViolation, match="length of startup packet"):
        read_opening(struct.pack("!II", length, VERSION_3_0))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (cancel(b"key"), "length of cancel request"),
        (cancel(bytes(MAX_CANCEL_KEY + 1)), "length of cancel request"),
        (packet(2 << 16, b"user\0bob\0\0"), r"protocol 2\.0"),
        (packet(4 << 16 | 1, b"user\0bob\0\0"), r"protocol 4\.1"),
        (packet(VERSION_3_0), "layout"),
        (packet(VERSION_3_0, b"user\0bob\0"), "layout"),
        (packet(VERSION_3_0, b"user\0bob"), "layout"),
        (packet(VERSION_3_0, b"user\0\0"), "layout"),
        (packet(VERSION_3_0, b"user\0bob\0\0more\0\0"), "layout"),
    ],
)
def test_what_postgres_would_refuse_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(ProtocolViolation, match=reason):
        read_opening(raw)


@given(st.binary(max_size=60), st.sampled_from([SSL_CODE, CANCEL_CODE, VERSION_3_0]))
def test_garbage_gives_a_packet_or_a_protocol_violation(body: bytes, code: int) -> None:
    raw = packet(code, body)
    try:
        read = read_opening(raw + b"rest")
    except ProtocolViolation:
        return
    assert read is not None
    assert (read[0].raw, read[1]) == (raw, b"rest")


def test_a_name_is_cut_off_where_postgresql_does() -> None:
    """Who logs in is who is judged (CVE class: a user becoming another)."""
    start = Startup(b"", {"user": "n" * 70, "database": "d" * 70})
    assert (start.user, start.database) == ("n" * 63, "d" * 63)
    start = Startup(b"", {"user": "\u00e4" * 32})
    assert start.user == start.database == "\u00e4" * 31 + "\udcc3"
