"""Several processes on one port, seen from outside: one program that starts, serves and ends."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from licensing import Licensing
from programs import all_end, family, linux, log_of, logged, refused, started, workers
from proxies import Proxy, Session, eventually, prepared, running_proxy
from servers import Postgres

pytestmark = [pytest.mark.live, linux]

STARTING = 15.0  # for a worker to take another's place on a busy machine
MANY = 16  # sessions: some for each worker, but for one time in 32,000


@pytest.fixture(scope="module")
def place(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Licensing, Path]]:
    with prepared(postgres, tmp_path_factory.mktemp("workers")) as made:
        yield made


@pytest.fixture(scope="module")
def two(place: tuple[Licensing, Path]) -> Iterator[Proxy]:
    """A proxy of two workers, for tests that leave it with two."""
    licensing, trust = place
    with running_proxy(licensing.database, trust, workers=2) as proxy:
        yield proxy


def answers(session: Session) -> bool:
    try:
        return session.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


@pytest.mark.parametrize("number", ["1", "2"])
def test_that_it_listens_is_said_once_and_when_it_is_so(
    place: tuple[Licensing, Path], number: str
) -> None:
    licensing, trust = place
    with started(licensing.database.dsn, trust, "--workers", number) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on 127.0.0.1:")
        port = int(line.rpartition(":")[2])
        for _ in range(4):
            with licensing.database.connect(host="127.0.0.1", port=port) as session:
                assert answers(session)
        processes = family(process.pid)
        process.terminate()
        rest, _ = process.communicate(timeout=STARTING)
        assert (process.returncode, rest) == (0, "")
        assert all_end(processes)


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_second_program_on_the_port_is_refused(
    place: tuple[Licensing, Path], two: Proxy, number: str
) -> None:
    licensing, trust = place
    address = f"127.0.0.1:{two.port}"
    told = refused(licensing.database.dsn, trust, "--listen", address, "--workers", number)
    assert told == (
        f"cannot listen on {address}: address already in use: choose another with --listen"
    )


def test_a_worker_that_dies_is_replaced_and_the_others_serve_on(two: Proxy) -> None:
    before = workers(two)
    assert len(before) == 2
    with ExitStack() as stack:
        sessions = [stack.enter_context(two.connect()) for _ in range(MANY)]
        dead = before.pop()
        processes = family(dead)
        os.kill(dead, signal.SIGKILL)
        assert all_end(processes)
        assert 0 < sum(map(answers, sessions)) < MANY
        assert before < workers(two) or eventually(lambda: before < workers(two), within=STARTING)
        for session in [stack.enter_context(two.connect()) for _ in range(MANY)]:
            assert answers(session)
    assert "a worker ended with status -9; starting another" in log_of(two)


def test_a_worker_that_cannot_start_again_says_why(
    place: tuple[Licensing, Path], two: Proxy
) -> None:
    database = place[0].database
    assert eventually(lambda: len(workers(two)) == 2, within=STARTING)
    database.execute("ALTER SCHEMA pgtoll RENAME TO elsewhere")
    try:
        os.kill(workers(two).pop(), signal.SIGKILL)
        why = "a worker ended with status 2 (schema pgtoll is missing: run pgtoll init"
        assert eventually(logged(two, why), within=STARTING)
    finally:
        database.execute("ALTER SCHEMA elsewhere RENAME TO pgtoll")
    assert eventually(lambda: len(workers(two)) == 2, within=STARTING)


@pytest.mark.parametrize("number", [1, 2])
def test_nothing_outlives_a_program_that_was_killed(
    place: tuple[Licensing, Path], number: int
) -> None:
    licensing, trust = place
    with running_proxy(licensing.database, trust, workers=number) as proxy:
        session = proxy.connect()
        processes = family(proxy.process.pid)
        assert len(processes) >= 3 * number
        proxy.process.kill()
        proxy.process.wait()
        assert all_end(processes)
        assert not answers(session)
        session.close()


def test_workers_end_in_order_with_a_program_that_is_told_to_stop(
    place: tuple[Licensing, Path],
) -> None:
    licensing, trust = place
    with running_proxy(licensing.database, trust, workers=2) as proxy:
        sessions = [proxy.connect() for _ in range(4)]
        processes = family(proxy.process.pid)
        proxy.process.terminate()
        assert proxy.process.wait(timeout=STARTING) == 0
        assert all_end(processes)
        for session in sessions:
            with pytest.raises(psycopg.errors.AdminShutdown):
                session.execute("SELECT 1")


def test_a_program_that_is_told_to_stop_before_it_is_ready_ends(
    place: tuple[Licensing, Path],
) -> None:
    licensing, trust = place
    with started(licensing.database.dsn, trust, "--workers", "2") as process:
        assert eventually(lambda: len(family(process.pid)) > 2, within=STARTING)
        processes = family(process.pid)
        process.terminate()
        said, _ = process.communicate(timeout=STARTING)
        assert said == ""
        assert all_end(processes)
