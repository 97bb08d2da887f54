"""Malformed messages from either side: the session goes on or ends cleanly, whatever is wrong."""

import struct
from contextlib import suppress
from random import Random

from conversations import COPIES, HONEST, HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from model_engine import Unknown
from mutations import mutated, pieces
from peers import (
    COPY_DONE,
    COPY_FAIL,
    FUNCTION_CALL,
    ScriptedJudge,
    Talk,
    copy_data,
    describe,
    execute_some,
    extended,
    once,
)

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import (
    FLUSH,
    SYNC,
    TERMINATE,
    bind,
    close,
    error_response,
    execute,
    message,
    notice_response,
    parse,
    query,
)
from pgtoll.wire.startup import MAX_STARTUP_BYTES, read_opening

EACH = 50  # mutated messages of one example
STANDINGS = [(False, False), (True, False), (False, True), (True, True)]
STATEMENTS = HONEST + HOSTILE + COPIES

FROM_CLIENTS = (
    *map(query, STATEMENTS),
    *map(extended, STATEMENTS),
    query(b"; ".join(HONEST)),
    parse(b"a", b"SELECT look()"),
    bind(b"p", b"a"),
    describe(b"S", b"a"),
    describe(b"P"),
    execute(b"p"),
    execute_some(b"", 2),
    close(b"S", b"a"),
    close(b"P", b"p"),
    message(b"B", b"p\0a\0" + struct.pack("!HHHIHH", 1, 1, 1, 2, 0xABCD, 1) + b"\0\0"),
    FLUSH,
    SYNC,
    FUNCTION_CALL,
    copy_data(b"1\n2\n"),
    COPY_DONE,
    COPY_FAIL,
    TERMINATE,
    message(b"p", b"password\0"),
)
FROM_SERVERS = (
    message(b"R", bytes(4)),
    message(b"R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0"),
    message(b"K", struct.pack("!II", 7, 8)),
    message(b"S", b"client_encoding\0UTF8\0"),
    message(b"S", b"standard_conforming_strings\0off\0"),
    message(b"Z", b"I"),
    message(b"Z", b"T"),
    message(b"T", struct.pack("!H", 1) + b"n\0" + bytes(18)),
    message(b"D", struct.pack("!HI", 1, 1) + b"1"),
    message(b"C", b"SELECT 1\0"),
    error_response({"S": "ERROR", "C": "42501", "M": "no"}),
    notice_response({"S": "NOTICE", "C": "00000", "M": "look"}),
    message(b"A", struct.pack("!I", 1) + b"channel\0payload\0"),
    message(b"G", b"\0\0\1\0\0"),
    message(b"H", b"\0\0\1\0\0"),
    message(b"W", b"\0\0\1\0\0"),
    message(b"V", struct.pack("!I", 0xFFFFFFFF)),
    message(b"t", struct.pack("!HI", 1, 23)),
    *(message(bytes([kind]), b"") for kind in b"123nIs"),
    copy_data(b"1\n"),
    COPY_DONE,
    message(b"v", struct.pack("!II", 0, 0)),
)
OPENINGS = (
    struct.pack("!II", 8, (1234 << 16) | 5679),
    struct.pack("!II", 8, (1234 << 16) | 5680),
    struct.pack("!IIII", 16, (1234 << 16) | 5678, 7, 8),
    struct.pack("!II", 41, 3 << 16) + b"user\0bob\0database\0shop\0options\0-c a=b\0\0"[:33],
)


def begun(random: Random) -> Talk:
    """A session of some user in which some things have happened already."""
    demo, lacks = random.choice(STANDINGS)
    fickle, observe = lacks and random.random() < 0.3, random.random() < 0.2
    talk = Talk(ScriptedJudge(demo=demo, lacks=lacks, fickle=fickle, observe=observe))
    talk.judge.at_once = random.random() < 0.5
    for _ in range(random.randrange(3)):
        sql = random.choice(HONEST + HOSTILE)
        talk.say(random.choice((query, once))(sql))
    return talk


def survives(talk: Talk, feed: str, random: Random, data: bytes) -> None:
    """Bytes are taken, or are a violation that ends the session; nothing else is raised."""
    with suppress(ProtocolViolation):
        for piece in pieces(random, data):
            getattr(talk.session, feed)(piece)


@given(random=st.randoms(use_true_random=True))
def test_what_a_client_sends_ends_its_own_session_at_most(random: Random) -> None:
    for _ in range(EACH):
        try:
            talk = begun(random)
        except Unknown:
            continue
        before = b"".join(random.choices(FROM_CLIENTS, k=random.randrange(3)))
        wrong = mutated(random, random.choice(FROM_CLIENTS))
        survives(talk, "client_data", random, before + wrong + SYNC)
        survives(talk, "server_data", random, b"".join(random.choices(FROM_SERVERS, k=3)))


@given(random=st.randoms(use_true_random=True))
def test_what_a_server_sends_ends_one_session_at_most(random: Random) -> None:
    for _ in range(EACH):
        try:
            talk = begun(random)
        except Unknown:
            continue
        survives(talk, "client_data", random, random.choice(FROM_CLIENTS))
        before = b"".join(random.choices(FROM_SERVERS, k=random.randrange(3)))
        wrong = mutated(random, random.choice(FROM_SERVERS))
        survives(talk, "server_data", random, before + wrong + message(b"Z", b"I"))


@given(random=st.randoms(use_true_random=True))
def test_what_comes_first_is_read_or_refused(random: Random) -> None:
    for _ in range(EACH):
        data = mutated(random, b"\0" + random.choice(OPENINGS))[1:]
        try:
            read = read_opening(data)
        except ProtocolViolation:
            continue
        if read is None:
            assert len(data) < MAX_STARTUP_BYTES
        else:
            assert read[0].raw + read[1] == data
