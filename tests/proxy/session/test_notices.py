"""Which notices tell of an event trigger, and that the client hears nothing of ours."""

import pytest
from peers import ScriptedJudge, Talk

from pgtoll.session import Peer, Session, Write
from pgtoll.session.notices import trigger_of
from pgtoll.session.session import SERVER_MESSAGE_BYTES
from pgtoll.wire.messages import message, notice_response, query

NOTICE = ord("N")
READY = message(b"Z", b"I")
CREATED = message(b"C", b"CREATE TABLE\0")


def told(text: str) -> bytes:
    return notice_response({"C": "00000", "M": text}, "DEBUG")


@pytest.mark.parametrize(
    ("text", "oid"),
    [
        ("EventTriggerInvoke 16517", 16517),
        ("EventTriggerInvoke 16517 times", 0),
        ("an EventTriggerInvoke 16517", 0),
        ("EventTriggerInvoke ", 0),
        ("CREATE TABLE will create implicit sequence", 0),
    ],
)
def test_only_what_postgresql_says_of_a_trigger_is_one(text: str, oid: int) -> None:
    assert trigger_of(NOTICE, told(text)) == oid


def test_rows_that_look_like_it_are_rows() -> None:
    assert trigger_of(ord("D"), told("EventTriggerInvoke 16517")) == 0


@pytest.mark.parametrize("lacks", [False, True])
def test_the_client_hears_of_its_own_triggers_only(lacks: bool) -> None:
    judge = ScriptedJudge(lacks=lacks, own_trigger=16517)
    session = Session(judge)
    session.server_data(READY)
    session.client_data(query(b"CREATE TEMP TABLE t (id int)"))
    its_own, plain = told("EventTriggerInvoke 16600"), told("some other word")
    effects = session.server_data(told("EventTriggerInvoke 16517") + its_own + plain + CREATED)
    heard = b"".join(
        one.data for one in effects if isinstance(one, Write) and one.to is Peer.CLIENT
    )
    assert heard.startswith(its_own + plain)


def hears_of(talk: Talk, plan: bytes) -> bool:
    talk.client(query(b"SELECT generate_series(1, 1)"))
    talk.perform(talk.session.server_data(plan))
    talk.settle()
    return b"PLANNEDSTMT" in talk.take()


@pytest.mark.parametrize("size", [10, SERVER_MESSAGE_BYTES + 10])
@pytest.mark.parametrize(("lacks", "observe"), [(True, False), (False, False), (True, True)])
def test_no_plan_is_printed_where_code_has_run_that_nobody_has_read(
    lacks: bool, observe: bool, size: int
) -> None:
    tree = f"   {{PLANNEDSTMT {'x' * size}"
    plan = notice_response({"C": "00000", "M": "plan:", "D": tree}, "LOG")
    talk = Talk(ScriptedJudge(lacks=lacks, observe=observe))
    assert hears_of(talk, plan)
    talk.say(query(b"SELECT look()"))
    assert hears_of(talk, plan) == (observe or not lacks)
