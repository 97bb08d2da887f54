"""What of schema pgtoll an application could stumble upon that lacks no license."""

import re
from contextlib import suppress

import psycopg
import pytest
from manners import CONVERSATIONS, NO_LENGTHS, NO_MESSAGES
from proxies import Site
from raw_client import RawClient, Reply

from pgtoll.session.notices import trigger_of
from pgtoll.wire.messages import TERMINATE, read_fields

pytestmark = pytest.mark.live

QUIET_SECONDS = 0.1  # whoever says nothing for so long probably waits for more


@pytest.fixture(params=["licensed_site", "licensed_site15"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(request.param)
    return found


def test_whoever_asks_for_debug_messages_is_told_of_its_own_event_triggers_only(site: Site) -> None:
    site.run(
        "CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        "CREATE EVENT TRIGGER tell ON ddl_command_end EXECUTE FUNCTION tell()"
    )
    site.settle()
    heard: list[str] = []
    try:
        with site.proxy.connect(site.alice) as session:
            session.add_notice_handler(lambda told: heard.append(str(told.message_primary)))
            session.execute("SET client_min_messages = debug1")
            session.execute("CREATE TEMP TABLE t (id int)")
        oid = site.value("SELECT 'tell'::regproc::oid")
        assert [one for one in heard if "Trigger" in one] == [f"EventTriggerInvoke {oid}"]
    finally:
        site.run("DROP EVENT TRIGGER tell; DROP FUNCTION tell()")


def test_lastval_is_of_the_sequences_that_an_application_used(site: Site) -> None:
    with site.proxy.connect(site.alice, autocommit=False) as session:
        session.execute("CREATE SEQUENCE numbers START 7; SELECT nextval('numbers')")
        session.execute("CREATE TABLE t (id int)")
        assert session.execute("SELECT lastval()").fetchone() == (7,)
        session.rollback()
    with site.proxy.connect(site.alice) as session:
        session.execute("CREATE TABLE t (id int); DROP TABLE t")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
            session.execute("SELECT lastval()")


def answers(site: Site, sent: tuple[bytes, ...], *, proxied: bool) -> list[Reply]:
    """What comes back, up to the end of the connection, but for what names the process."""
    port = site.proxy.port if proxied else site.database.port
    with RawClient(port) as client:
        client.start(site.alice, site.database.dbname)
        client.send(*sent)
        found = client.replies_for(QUIET_SECONDS, rounds_of(sent))
        with suppress(ConnectionError):  # it has closed on what it does not read any more
            client.send(TERMINATE)
            found += client.replies(last=b"")
    return [(kind, masked(kind, data)) for kind, data in found if not own(data)]


def rounds_of(sent: tuple[bytes, ...]) -> int:
    """How many ReadyForQuerys are due, if the last answers all that was sent; else 0."""
    ends = [one[:1] in (b"Q", b"S", b"F") for one in sent]
    return sum(ends) if ends[-1] else 0


def own(reply: bytes) -> bool:
    """Whether it tells of our event triggers, which are there beside the proxy as well."""
    return trigger_of(reply[0], reply) != 0


def masked(kind: bytes, reply: bytes) -> bytes:
    """The reply without the numbers of the process, of its temporary schema and of TOAST tables."""
    return reply[9:] if kind == b"A" else re.sub(rb"(pg_temp|pg_toast)_\d+", rb"\1", reply[5:])


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_server_answers_as_if_nobody_were_in_between(site: Site, name: str) -> None:
    sent = CONVERSATIONS[name]
    assert answers(site, sent, proxied=True) == answers(site, sent, proxied=False)


@pytest.mark.parametrize("name", NO_MESSAGES)
def test_what_is_no_message_is_refused_in_the_same_words(site: Site, name: str) -> None:
    sent = (NO_MESSAGES[name],)
    told = [answers(site, sent, proxied=proxied)[0][1] for proxied in (True, False)]
    ours, its = (read_fields(b"E0000" + one) for one in told)
    assert ours == {field: its[field] for field in "SVCM"}


@pytest.mark.since15  # PostgreSQL 13 waits for whatever length it is told
@pytest.mark.parametrize("sent", NO_LENGTHS)
def test_a_length_that_cannot_be_ends_the_session_at_once(site: Site, sent: bytes) -> None:
    assert answers(site, (sent,), proxied=False) == []
    ((kind, told),) = answers(site, (sent,), proxied=True)
    assert (kind, read_fields(b"E0000" + told)["C"]) == (b"E", b"08P01")


def test_whoever_hangs_up_before_saying_anything_is_told_nothing(site: Site) -> None:
    for port in (site.proxy.port, site.database.port):
        with RawClient(port) as client:
            client.send(TERMINATE)
            assert client.reply() is None
