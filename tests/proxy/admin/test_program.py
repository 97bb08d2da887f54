"""What all workers say becomes one table; what is to be done reaches all of them."""

import asyncio
from collections import Counter

import pytest

from pgtoll.admin.program import SHAPES, Processes
from pgtoll.admin.requests import Kill, Pause, SessionLine, Sessions
from pgtoll.config import Config
from pgtoll.figures.figures import Figures
from pgtoll.program.control import Everybody, Reload, Request, Stop, Tell


def line(worker: int, pid: int, connected: float) -> SessionLine:
    return SessionLine(
        worker=worker,
        pid=pid,
        role="app",
        license_user="alice",
        database="shop",
        application="story",
        address="10.0.0.7:5123",
        state="idle",
        tls="TLSv1.3",
        connected=connected,
        taken=10,
        given=20,
        host="127.0.0.1:5432",
        server_tls="",
    )


class Workers:
    """Two of them; the second has the session of server process 2."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    async def ask(self, request: Request) -> object:
        self.asked.append(request)
        match request:
            case Everybody(Sessions()):
                return [(line(7, 1, 3.5),), (line(8, 2, 1.0), line(8, 3, 9.0))]
            case Everybody(Tell()):
                return [self._figures(3, 1), self._figures(0, 0)]
            case Everybody(Kill(pid)):
                return [False, pid == 2]
            case Reload():
                return "reloaded: mode"
        return [None, None]

    @staticmethod
    def _figures(exact: int, miss: int) -> Figures:
        figures = Figures(workers=1, accepted=5, store_connected=1)
        figures.facts = Counter(exact=exact, miss=miss)
        figures.verdicts = Counter({("refuse", "marketing"): 1})
        return figures


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def program(workers: Workers) -> Processes:
    return Processes(workers.ask, Config)


def test_sessions_are_those_of_all_workers_the_oldest_first(program: Processes) -> None:
    clients = asyncio.run(program.show("CLIENTS"))
    assert [row[0] for row in clients.rows] == [1, 3, 2]
    assert clients.rows[0][1:4] == ("app", "alice", "shop")
    servers = asyncio.run(program.show("SERVERS"))
    assert servers.rows[0][:2] == (1, "127.0.0.1:5432")


def test_figures_are_added_up_or_shown_by_worker(program: Processes) -> None:
    stats = {row[:2]: row[2] for row in asyncio.run(program.show("STATS")).rows}
    assert stats["accepted", "connections"] == 10
    assert stats["verdict", "refuse marketing"] == 2
    cache = asyncio.run(program.show("CACHE"))
    assert [tuple(row) for row in cache.rows] == [(1, 3, 0, 1, 75), (2, 0, 0, 0, 0)]
    assert len(asyncio.run(program.show("WORKERS")).rows) == 2


@pytest.mark.parametrize("what", SHAPES)
def test_every_row_has_its_columns(program: Processes, what: str) -> None:
    table = asyncio.run(program.show(what))
    assert table.columns == SHAPES[what]
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_a_session_is_ended_by_the_worker_that_has_it(program: Processes) -> None:
    assert asyncio.run(program.kill(2))
    assert not asyncio.run(program.kill(4))


def test_what_is_to_be_done_reaches_everybody(program: Processes, workers: Workers) -> None:
    async def story() -> None:
        await program.pause(on=True)
        await program.pause(on=False)
        assert await program.reload() == "reloaded: mode"
        await program.stop(fast=True)

    asyncio.run(story())
    assert workers.asked == [
        Everybody(Pause(True)),
        Everybody(Pause(False)),
        Reload(),
        Stop(fast=True),
    ]
