"""Malformed messages from either side: the session goes on or ends cleanly, whatever is wrong."""

from contextlib import suppress
from random import Random

from conversations import HONEST, HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from model_engine import Unknown
from mutations import mutated, pieces
from peers import (
    ScriptedJudge,
    Talk,
    once,
)
from well_formed import FROM_CLIENTS, FROM_SERVERS, OPENINGS

from pgtoll.errors import ProtocolViolation
from pgtoll.wire.messages import (
    SYNC,
    message,
    query,
)
from pgtoll.wire.startup import MAX_STARTUP_BYTES, read_opening

EACH = 50  # mutated messages of one example
STANDINGS = [(False, False), (True, False), (False, True), (True, True)]


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
