"""Random conversations: honest clients see no difference, hostile ones get nothing unchecked."""

import re
from itertools import zip_longest

import conversations
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_engine import SECRET, Engine, Unknown
from model_server import ModelServer
from peers import ScriptedJudge, Talk, direct, messages

from pgtoll.errors import ProtocolViolation
from pgtoll.session.leftovers import STAINED
from pgtoll.wire.messages import FLUSH, SYNC, query

STANDINGS = [(False, False), (True, False), (False, True), (True, True)]
PLENTY = 1 << 30
_MOVES = re.compile(rb";|COMMIT|ROLLBACK|SET|CALL|EXECUTE")


def play(talk: Talk, data: bytes, cuts: list[int]) -> None:
    """Send a conversation in pieces; in between, some of what is under way arrives."""
    at = 0
    for client, server in zip_longest(cuts, reversed(cuts), fillvalue=PLENTY):
        talk.client(data[at : at + client])
        talk.move(server, client)
        at += client
    talk.client(data[at:])
    talk.settle()


def play_in_turn(talk: Talk, data: bytes, cuts: list[int]) -> list[object]:
    """Send a conversation round by round, as drivers do: each waits for the answer to the last.

    Some answers arrive in pieces. Return all that came of it.
    """
    sizes = iter(cuts)
    try:
        for one in rounds(data):
            talk.client(one)
            talk.move(PLENTY, next(sizes, PLENTY))
            talk.settle()
    except ProtocolViolation as error:
        talk.closed = str(error)
    verdicts = [one.verdict for one in talk.judged]
    return [talk.take(), talk.closed, verdicts, done(talk.server.engine), talk.altered]


def rounds(data: bytes) -> list[bytes]:
    """A conversation, cut where the server is to answer."""
    found = [b""]
    for one in messages(data):
        found[-1] += one
        if one[:1] in (b"Q", b"S"):
            found.append(b"")
    return found


def leaves_doubt(data: bytes) -> bool:
    """Whether it may be in doubt what an undone statement of this conversation has left.

    It is not where each statement has a transaction of its own, or its part in one, and nothing
    sets anything, or ends one: the server says before and behind it what its settings take.
    """
    return any(one[:1] not in (b"Q", b"S") or _MOVES.search(one) for one in messages(data))


def told(data: bytes, *, withheld: bool) -> list[bytes]:
    """The messages of a stream; where errors are withheld, nothing but that there was one."""
    found: list[bytes] = []
    for one in messages(data):
        error = withheld and one[:1] == b"E"
        if error and found and found[-1][:1] == b"T":
            found.pop()  # the description of rows that never came
        found.append(b"E" if error else one)
    return found


@pytest.mark.parametrize(
    ("demo", "lacks", "fickle"),
    [*((*standing, False) for standing in STANDINGS), (False, True, True), (True, True, True)],
)
@settings(deadline=None)
@given(data=conversations.honest, cuts=conversations.cuts)
def test_an_honest_client_sees_what_it_would_see_without_us(
    demo: bool, lacks: bool, fickle: bool, data: bytes, cuts: list[int]
) -> None:
    try:
        want = direct(data)
    except Unknown:
        return
    if b"08P01" in want:
        return  # it lost step by itself
    judge = ScriptedJudge(
        demo=demo,
        lacks=lacks,
        fickle=fickle,
        cap=1 << 30,
        at_once=len(cuts) % 2 == 0,
        measures=True,
    )
    talk = Talk(judge)
    play(talk, data, cuts)
    got = talk.take()
    if b"CXX000" in got:
        return  # the guard against a COMMIT by EXECUTE ended it
    if talk.closed == STAINED:
        assert lacks
        assert leaves_doubt(data)
        return
    assert not talk.closed
    assert told(got, withheld=lacks) == told(want, withheld=lacks)


@settings(deadline=None)
@given(data=conversations.honest, cuts=conversations.cuts)
def test_a_clear_users_bytes_reach_the_server_unchanged(data: bytes, cuts: list[int]) -> None:
    talk = Talk(ScriptedJudge())
    sent: list[bytes] = []
    talk.listen = sent.append
    try:
        play(talk, data, cuts)
    except Unknown:
        return
    # Before a Query in the middle of a round, a Flush asks whether the server would skip it.
    assert b"".join(sent).replace(FLUSH, b"") == data.replace(FLUSH, b"")


@pytest.mark.parametrize(
    ("demo", "lacks", "fooled"),
    [*((*standing, False) for standing in STANDINGS[1:]), (False, True, True), (True, True, True)],
)
@settings(deadline=None)
@given(data=conversations.hostile, cuts=conversations.cuts)
def test_a_hostile_client_gets_nothing_unchecked(
    demo: bool, lacks: bool, fooled: bool, data: bytes, cuts: list[int]
) -> None:
    judge = ScriptedJudge(demo=demo, lacks=lacks, fickle=fooled, fooled=fooled, moved=fooled)
    judge.at_once = len(cuts) % 2 == 0
    talk = Talk(judge)
    try:
        play(talk, data, cuts)
    except ProtocolViolation as error:
        talk.closed = str(error)
    except Unknown:
        return
    if lacks:
        assert SECRET not in talk.take()
    for commit in talk.server.engine.commits if demo else ():
        assert not commit.rows or (commit.checked and commit.rows <= talk.judge.cap)


@settings(deadline=None)
@given(data=conversations.hostile, cuts=conversations.cuts)
def test_old_servers_give_a_hostile_client_nothing_unchecked(data: bytes, cuts: list[int]) -> None:
    talk = Talk(ScriptedJudge(demo=True))
    talk.server.old = True
    try:
        play(talk, data, cuts)
    except ProtocolViolation as error:
        talk.closed = str(error)
    except Unknown:
        return
    for commit in talk.server.engine.commits:
        assert not commit.rows or (commit.checked and commit.rows <= talk.judge.cap)


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("demo", [False, True])
@settings(deadline=None)
@given(data=conversations.in_turn, cuts=conversations.cuts)
def test_the_short_way_comes_to_what_the_long_way_comes_to(
    demo: bool, moved: bool, data: bytes, cuts: list[int]
) -> None:
    judges = [
        ScriptedJudge(demo=demo, lacks=True, fickle=True, fooled=moved, moved=moved, short=short)
        for short in (True, False)
    ]
    try:
        short, long = (play_in_turn(Talk(judge), data, cuts) for judge in judges)
    except Unknown:
        return
    assert short == long


@pytest.mark.parametrize("observe", [False, True])
@pytest.mark.parametrize(
    ("demo", "lacks", "fickle", "moved"),
    [
        (True, False, False, False),
        (False, True, True, False),
        (True, True, True, False),
        (False, True, True, True),
        (True, True, True, True),
        (False, True, False, False),
    ],
)
@settings(deadline=None)
@given(data=conversations.repeated)
def test_what_is_sent_again_comes_to_what_it_comes_to_message_by_message(
    demo: bool, lacks: bool, fickle: bool, moved: bool, observe: bool, data: bytes
) -> None:
    talks = []
    for _ in range(2):
        judge = ScriptedJudge(demo=demo, lacks=lacks, fickle=fickle, fooled=moved, moved=moved)
        judge.observe = observe
        judge.short = False
        talks.append(Talk(judge))
    try:
        at_once = pipe(talks[0], rounds(data))
        one_by_one = pipe(talks[1], rounds(data), by_message=True)
    except Unknown:
        return
    assert at_once == one_by_one


def pipe(talk: Talk, conversation: list[bytes], *, by_message: bool = False) -> list[object]:
    """Send round by round, in one go or message by message; return all that came of it."""
    found: list[object] = []
    for one in conversation:
        for part in messages(one) if by_message else [one]:
            talk.client(part)
        c = talk.session._conversation
        # What is recorded of a message that runs nothing may be this text, or the one before.
        texts = [step.sql if step.statement else b"" for step in c.replies.steps]
        steps = [(step.kind, step.fickle, step.statement) for step in c.replies.steps]
        found.append((str(c.tx), steps, texts, c.sent, c.due, c.waiting, len(c.rounds)))
        while talk.move(PLENTY, 17 if by_message else PLENTY):
            pass
        names = (c.names.statements.known, c.names.portals.known)
        found.append((str(c.tx), c.done, [{k: v and v.sql for k, v in n.items()} for n in names]))
        found.append((talk.take(), talk.closed))
    verdicts = [one.verdict for one in talk.judged]
    return [*found, verdicts, done(talk.server.engine), talk.altered]


@settings(deadline=None)
@given(data=conversations.honest, cuts=conversations.cuts)
def test_licenses_that_come_and_go_leave_nothing_hanging(data: bytes, cuts: list[int]) -> None:
    talk = Talk(ScriptedJudge(cap=1 << 30))
    try:
        _come_and_go(talk, data, cuts)
    except ProtocolViolation as error:  # our Query, when the conversation left a COPY open
        talk.closed = str(error)
    except Unknown:
        return
    last = messages(talk.take())[-1:]
    assert talk.closed or talk.server.dead or last[0][:1] == b"Z"


@pytest.mark.parametrize(
    ("demo", "lacks", "fooled"),
    [*((*standing, False) for standing in STANDINGS[1:]), (False, True, True), (True, True, True)],
)
@pytest.mark.parametrize("old", [False, True])
@settings(deadline=None)
@given(data=st.one_of(conversations.honest, conversations.hostile), cuts=conversations.cuts)
def test_in_observe_mode_everything_is_as_without_us(
    demo: bool, lacks: bool, fooled: bool, old: bool, data: bytes, cuts: list[int]
) -> None:
    beside = ModelServer(old=old)
    try:
        want = beside.feed(data)
    except Unknown:
        return
    if b"08P01" in want:
        return  # it lost step by itself
    judge = ScriptedJudge(demo=demo, lacks=lacks, observe=True, at_once=len(cuts) % 2 == 0)
    judge.fickle = judge.fooled = judge.moved = fooled
    talk = Talk(judge, server=ModelServer(old=old))
    try:
        play(talk, data, cuts)
    except ProtocolViolation:
        return
    assert messages(talk.take()) == messages(want)
    assert done(talk.server.engine) == done(beside.engine)
    # With a BEGIN or COMMIT for SQL's EXECUTE, nobody knows when deferred triggers have run.
    assert talk.judged or not exceeded(talk) or talk.session._conversation.names.odd


def done(engine: Engine) -> list[tuple[int, bool]]:
    """What was committed."""
    return [(one.rows, one.touched) for one in engine.commits]


def exceeded(talk: Talk) -> bool:
    """Whether something was committed that no license allows."""
    judge, commits = talk.judge, talk.server.engine.commits
    full = judge.demo and any(one.rows > judge.cap for one in commits)
    return full or (judge.lacks and any(one.touched for one in commits))


def _come_and_go(talk: Talk, data: bytes, cuts: list[int]) -> None:
    for at, size in enumerate(cuts):
        demo, lacks = STANDINGS[(at // 3) % 4]
        talk.judge.become(demo=demo, lacks=lacks)
        talk.client(data[:size])
        talk.move(size, PLENTY)
        data = data[size:]
    talk.client(data + SYNC)
    talk.settle()
    talk.client(query(b"SELECT generate_series(1, 1)"))
    talk.settle()
