"""The end of the service: transactions finish, idle sessions are told, workers are replaced."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from proxies import Proxy, Session, Site, eventually, running_proxy
from psycopg import errors

pytestmark = pytest.mark.live

WORKERS = 2
SESSIONS = 24  # enough that the kernel gives some to each worker
RESTARTED = 15.0


@pytest.fixture
def proxy(licensed_site: Site) -> Iterator[Proxy]:
    """A proxy of its own for one test."""
    with running_proxy(licensed_site.database, licensed_site.trust) as proxy:
        yield proxy


@pytest.fixture
def workers(licensed_site: Site) -> Iterator[Proxy]:
    """A proxy of two processes."""
    with running_proxy(licensed_site.database, licensed_site.trust, workers=WORKERS) as proxy:
        yield proxy


def processes(proxy: Proxy) -> list[int]:
    """The workers of a proxy."""
    pid = proxy.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in children if "spawn_main" in _command(int(child))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def stop(proxy: Proxy) -> threading.Thread:
    """Ask a proxy to end, and give it time to hear of it."""
    proxy.process.send_signal(signal.SIGTERM)
    ended = threading.Thread(target=proxy.process.wait)
    ended.start()
    time.sleep(0.3)
    return ended


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_a_running_transaction_may_finish(licensed_site: Site, proxy: Proxy, user: str) -> None:
    site = licensed_site
    site.run(
        "DROP TABLE IF EXISTS finished; CREATE TABLE finished (n int);"
        "GRANT ALL ON finished TO PUBLIC"
    )
    with proxy.connect(getattr(site, user), autocommit=False) as session:
        session.execute("INSERT INTO finished VALUES (1)")
        ended = stop(proxy)
        session.execute("INSERT INTO finished VALUES (2)")
        session.commit()
        ended.join()
        with pytest.raises(errors.AdminShutdown):
            session.execute("SELECT 1")
    assert proxy.process.returncode == 0
    assert site.rows("finished") == 2


def test_a_running_statement_may_finish(licensed_site: Site, proxy: Proxy) -> None:
    found: list[object] = []
    with proxy.connect(licensed_site.bob) as session:

        def run() -> None:
            found.append(session.execute("SELECT 1 FROM pg_sleep(0.8)").fetchone())

        running = threading.Thread(target=run)
        running.start()
        time.sleep(0.2)
        ended = stop(proxy)
        running.join()
    ended.join()
    assert found == [(1,)]
    assert proxy.process.returncode == 0


def test_an_idle_session_is_told(licensed_site: Site, proxy: Proxy) -> None:
    with proxy.connect(licensed_site.alice) as session:
        session.execute("SELECT 1")
        stop(proxy).join()
        with pytest.raises(errors.AdminShutdown) as caught:
            session.execute("SELECT 1")
    assert caught.value.diag.severity_nonlocalized == "FATAL"


def test_nobody_else_is_let_in_meanwhile(licensed_site: Site, proxy: Proxy) -> None:
    with proxy.connect(licensed_site.alice, autocommit=False) as session:
        session.execute("SELECT 1")
        ended = stop(proxy)
        with pytest.raises(psycopg.OperationalError):
            proxy.connect(licensed_site.alice, connect_timeout=2)
        session.commit()
    ended.join()


def test_no_server_connection_is_left_behind(licensed_site: Site, proxy: Proxy) -> None:
    with proxy.connect(licensed_site.alice) as one, proxy.connect(licensed_site.bob) as other:
        pids = [one.info.backend_pid, other.info.backend_pid]
        stop(proxy).join()
    left = f"SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(ARRAY{pids})"
    assert eventually(lambda: licensed_site.value(left) == 0)


def works(session: Session) -> bool:
    try:
        return session.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_both_workers_serve_and_one_is_enough(licensed_site: Site, workers: Proxy) -> None:
    first = processes(workers)
    assert len(first) == WORKERS
    with ExitStack() as stack:
        sessions = [
            stack.enter_context(workers.connect(licensed_site.alice)) for _ in range(SESSIONS)
        ]
        assert all(map(works, sessions))
        os.kill(first[0], signal.SIGKILL)
        time.sleep(0.2)
        left = sum(map(works, sessions))
        assert 0 < left < SESSIONS
        with workers.connect(licensed_site.bob) as session:
            assert works(session)
    assert eventually(
        lambda: len(set(processes(workers)) - {first[0]}) == WORKERS, within=RESTARTED
    )


def test_any_worker_passes_a_cancel_on(licensed_site: Site, workers: Proxy) -> None:
    for _ in range(6):
        with workers.connect(licensed_site.bob) as session:
            timer = threading.Timer(0.05, session.cancel_safe, kwargs={"timeout": 10})
            timer.start()
            with pytest.raises(errors.QueryCanceled):
                session.execute("SELECT pg_sleep(20)")
            timer.join()


def test_workers_end_together(licensed_site: Site, workers: Proxy) -> None:
    pids = processes(workers)
    with workers.connect(licensed_site.alice) as session:
        session.execute("SELECT 1")
        stop(workers).join()
        assert not works(session)
    assert workers.process.returncode == 0
    assert not any(_command(pid) for pid in pids)
