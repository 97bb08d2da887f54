"""A share of the sessions is traced, and no session waits for where traces go."""

import pytest
from peers import ScriptedJudge
from servers import free_port
from tracing_samples import named, taking

from pgtoll.caller import Caller
from pgtoll.config import Tracing
from pgtoll.tracing.tracer import MOST_WAITING, Tracer, clock
from pgtoll.wire.messages import message, query

CALLER = Caller("bob", "shop", "[::1]:5123", "app")
ANSWER = message(b"C", b"SELECT 1\0") + message(b"Z", b"I")


def ask(tracer: Tracer, times: int = 1) -> None:
    session = tracer.session(ScriptedJudge(), CALLER, ("10.0.0.1", 5432), welcome=b"", greeting=b"")
    session.server_data(message(b"R", bytes(4)) + message(b"Z", b"I"))
    for _ in range(times):
        session.client_data(query(b"SELECT 1"))
        session.server_data(ANSWER)


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (1.0, 500, 500), (0.5, 100, 400)]
)
def test_so_many_sessions_are_traced(share: float, least: int, most: int) -> None:
    tracer = Tracer(Tracing("http://127.0.0.1:1/v1/traces", sample=share), "host/1")
    assert least <= sum(tracer.wants() for _ in range(500)) <= most
    tracer.finish(0)


def test_what_waits_is_sent_before_the_end() -> None:
    with taking() as (taken, url):
        tracer = Tracer(Tracing(f"{url}/v1/traces"), "host/1")
        ask(tracer, times=50)
        tracer.finish(20)
    whole = [one for one in taken.spans if one.name == "SELECT shop"]
    assert (len(whole), tracer.sent, tracer.lost) == (50, 50, 0)
    told = named(whole[0].attributes)
    assert (told["client.address"], told["client.port"]) == ("::1", 5123)
    assert (told["server.address"], told["server.port"]) == ("10.0.0.1", 5432)


def test_where_nobody_takes_them_the_oldest_are_given_up() -> None:
    tracer = Tracer(Tracing(f"http://127.0.0.1:{free_port()}/v1/traces"), "host/1")
    ask(tracer, times=MOST_WAITING + 2000)
    assert tracer.lost > 0
    assert tracer.sent == 0
    tracer.finish(0)


def test_the_clock_is_that_of_the_world_and_goes_forward() -> None:
    now = clock()
    times = [now() for _ in range(100)]
    assert times == sorted(times)
    assert 1_700_000_000 < times[0] / 10**9 < 10_000_000_000
