"""A session that is traced does the same as one that is not, and its rounds are told of."""

from collections.abc import Iterable
from itertools import count

import pytest
from peers import ScriptedJudge, extended

from pgtoll.session import Session
from pgtoll.session.effects import Effect, Peer, Read, Write
from pgtoll.tracing.rounds import Round, Rounds
from pgtoll.tracing.session import TracedSession
from pgtoll.wire.messages import message, query

GREETING = message(b"R", bytes(4)) + message(b"Z", b"I")
SYNC, ANSWER = message(b"S", b""), message(b"C", b"SELECT 1\0") + message(b"Z", b"I")
STEPS = message(b"1", b"") + message(b"2", b"") + ANSWER
STORY = [
    (query(b"SELECT 1"), ANSWER),
    (extended(b"SELECT 2") + SYNC, STEPS),
    (query(b"SELECT 3") * 3, ANSWER * 3),
]


def traced(judge: ScriptedJudge) -> tuple[TracedSession, list[Round]]:
    ticks, ended = count(1), list[Round]()
    rounds = Rounds(lambda: next(ticks), ended.append)
    return TracedSession(judge, rounds), ended


def written(effects: Iterable[Effect]) -> list[tuple[Peer, bytes]]:
    return [(one.to, one.data) for one in effects if isinstance(one, Write)]


def told(session: Session) -> list[tuple[Peer, bytes]]:
    """Return all that a session does with the story."""
    out = written(session.server_data(GREETING))
    for sent, answer in STORY:
        out += written(session.client_data(sent))
        out += written(session.server_data(answer))
    return out


def joined(out: Iterable[tuple[Peer, bytes]], to: Peer) -> bytes:
    return b"".join(data for peer, data in out if peer is to)


@pytest.mark.parametrize("lacks", [False, True])
def test_what_passes_is_what_would_pass_untraced(lacks: bool) -> None:
    plain = told(Session(ScriptedJudge(lacks=lacks)))
    session, ended = traced(ScriptedJudge(lacks=lacks))
    followed = told(session)
    for peer in Peer:
        assert joined(followed, peer) == joined(plain, peer)
    assert [one.said for one in ended] == [[b"SELECT 1"], [b"SELECT 2"], *[[b"SELECT 3"]] * 3]
    assert all(one.began < one.sent < one.ended for one in ended)
    verdicts = {part.verdict for one in ended for part in one.parts}
    assert verdicts == ({"allow"} if lacks else set())


def test_a_refusal_is_seen_as_the_client_sees_it() -> None:
    session, ended = traced(ScriptedJudge(lacks=True))
    session.server_data(GREETING)
    (write,) = written(session.client_data(query(b"SELECT * FROM secret")))
    token = write[1][write[1].index(b"pgtoll_") :].split(b"'")[0] if b"pgtoll_" in write[1] else b""
    assert b"secret" not in write[1]
    error = message(b"E", b"SERROR\0C22P02\0M" + write[1][5:-1] + b"\0\0")
    session.server_data(error + message(b"Z", b"I"))
    assert [(one.sqlstate, one.parts[0].verdict) for one in ended] == [("42501", "refuse")], token


def test_the_time_to_read_is_a_part() -> None:
    judge = ScriptedJudge(lacks=True, at_once=False)
    session, ended = traced(judge)
    session.server_data(GREETING)
    assert any(isinstance(one, Read) for one in session.client_data(query(b"SELECT 1")))
    judge.known.add(b"SELECT 1")
    session.resume()
    session.server_data(ANSWER)
    (only,) = ended
    assert [part.name for part in only.parts] == ["judge", "read"] or [
        part.name for part in only.parts
    ] == ["read", "judge"]


def test_a_check_is_an_event_of_its_round() -> None:
    session, ended = traced(ScriptedJudge(demo=True))
    session.server_data(GREETING)
    session.client_data(query(b"INSERT INTO t VALUES (1)"))
    session.ended()
    (only,) = ended
    assert [kind for _, kind in only.checks] == ["witness"]
    assert only.cut
