"""The life of a proxy: it starts or says why not, it outlives PostgreSQL, it ends in time."""

import os
import resource
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from licensing import MARKETING, Licensing
from programs import (
    all_end,
    children,
    family,
    linux,
    log_of,
    refused,
    restartable,
    started,
    unreachable,
)
from proxies import Proxy, Session, eventually, license_add_on, prepared, running_proxy
from psycopg import errors
from servers import Postgres, embedded_binaries, free_port

from pgtoll.program.process import TIMER_SLACK, let_timers_be_late, raise_descriptor_limit

pytestmark = [pytest.mark.live, linux]

SOON = 8.0  # for a proxy that has nothing to wait for, on a busy machine

Place = tuple[Licensing, Path]


@pytest.fixture
def place(postgres: Postgres, tmp_path: Path) -> Iterator[Place]:
    with prepared(postgres, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def trust(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory of keys, for a proxy that will not start."""
    with prepared(postgres, tmp_path_factory.mktemp("keys")) as (_, made):
        yield made


def lacks_the_add_on(session: Session) -> bool:
    """Whether the add-on's table is refused to the tests' superuser, who has no seat."""
    try:
        session.execute("SELECT * FROM MrktInvoice")
    except errors.InsufficientPrivilege:
        return True
    return False


def sell_the_add_on(licensing: Licensing, user: str = "somebody_else") -> None:
    license_add_on(licensing, user)
    licensing.database.execute("CREATE TABLE public.MrktInvoice (amount int)")


# Starting


def test_what_is_wrong_with_the_server_is_one_line(trust: Path, database: Postgres) -> None:
    told = refused(database.dsn, trust)
    assert told.startswith("schema pgtoll is missing: run pgtoll init --server ")
    assert database.dbname in told
    port = free_port()
    told = refused(f"host=127.0.0.1 port={port} dbname=x user=y", trust)
    assert told.startswith("cannot connect to the store: ")
    assert f"port {port} failed: Connection refused" in told
    told = refused(f"{database.dsn} dbname=no_such_database", trust)
    assert 'database "no_such_database" does not exist' in told


def test_what_a_worker_lacks_is_one_line_too(trust: Path, database: Postgres) -> None:
    told = refused(database.dsn, trust, "--workers", "2")
    assert told.startswith("a worker did not start: schema pgtoll is missing: run pgtoll init")


def test_certificates_stand_for_passwords_only_where_there_are_any(
    trust: Path, store_database: Postgres
) -> None:
    assert "auth is cert, which needs certificates" in refused(
        store_database.dsn, trust, "--auth", "cert"
    )


def test_what_the_dsn_leaves_out_is_as_libpq_has_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = place[0].database
    for name in ("host", "port", "user"):
        monkeypatch.setenv(f"PG{name.upper()}", str(getattr(database, name)))
    monkeypatch.setenv("PGDATABASE", database.dbname)
    sell_the_add_on(place[0])
    with started("application_name=x", place[1]) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with database.connect(host="127.0.0.1", port=port) as session:
            found = session.execute("SELECT current_database()").fetchone()
            assert found == (database.dbname,)


@pytest.mark.parametrize("number", [1, 2])
def test_a_proxy_whose_server_does_not_answer_can_be_stopped(trust: Path, number: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(20)
        server = f"host=127.0.0.1 port={silent.getsockname()[1]} user=x dbname=x"
        with started(server, trust, "--workers", str(number)) as process:
            waiting = [silent.accept()[0] for _ in range(number)]
            processes = family(process.pid)
            process.terminate()
            said, _ = process.communicate(timeout=SOON)
            for sock in waiting:
                sock.close()
        assert said == ""
        assert all_end(processes)


def test_a_proxy_uses_the_descriptors_that_it_may_have() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        raise_descriptor_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(before[1], 1 << 16)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_waiting_does_not_set_an_alarm_before_the_next_tick() -> None:
    before = TIMER_SLACK.read_text()
    try:
        let_timers_be_late()
        assert int(TIMER_SLACK.read_text()) == 4_000_000
    finally:
        TIMER_SLACK.write_text(before)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root sees how late others' timers may be")
def test_a_worker_lets_its_timers_be_late(place: Place) -> None:
    with started(place[0].database.dsn, place[1]) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("listening on ")
        assert int(Path(f"/proc/{process.pid}/timerslack_ns").read_text()) == 4_000_000


# The clock


def test_a_proxy_judges_by_the_highest_time_that_any_has_seen(place: Place) -> None:
    licensing, trust = place
    database = licensing.database
    sell_the_add_on(licensing, database.user)
    with running_proxy(database, trust) as proxy, proxy.connect() as session:
        assert not lacks_the_add_on(session)
    with database.connect() as session:
        row = session.execute("SELECT now() - highest FROM pgtoll.clock").fetchone()
    assert row is not None
    assert timedelta(0) <= row[0] < timedelta(minutes=1)
    mark = datetime.now(UTC) + timedelta(days=400)
    database.execute(f"UPDATE pgtoll.clock SET highest = '{mark}'")
    with running_proxy(database, trust) as proxy, proxy.connect() as session:
        with pytest.raises(errors.InsufficientPrivilege, match='product "marketing"') as caught:
            session.execute("SELECT * FROM MrktInvoice")
        assert "expired on" in str(caught.value.diag.message_detail)


# PostgreSQL goes away


def reached(proxy: Proxy) -> str:
    """What a new client of a proxy is told; nothing when it is served."""
    try:
        proxy.connect().close()
    except psycopg.OperationalError as exc:
        return str(exc)
    return ""


def test_a_proxy_outlives_a_restart_of_postgresql(tmp_path: Path) -> None:
    binaries = embedded_binaries()
    if binaries is None:
        pytest.skip("needs programs of PostgreSQL's to start and stop")
    with restartable(binaries) as (server, control), prepared(server, tmp_path) as (sold, trust):
        sell_the_add_on(sold)
        with running_proxy(sold.database, trust) as proxy:
            session, other = proxy.connect(), proxy.connect(autocommit=False)
            assert lacks_the_add_on(session)
            other.execute("SELECT 1")
            control("stop")
            for one in (session, other):
                with pytest.raises(errors.AdminShutdown):
                    one.execute("SELECT 1")
                one.close()
            address = f"{server.host}:{server.port}"
            assert f"FATAL:  cannot reach PostgreSQL at {address}: " in reached(proxy)
            control("start")
            with proxy.connect() as session:
                assert lacks_the_add_on(session)
                session.execute("CREATE TABLE public.after (x int)")
                session.execute("SELECT * FROM public.after")
                sold.revoke(MARKETING, "somebody_else")
                sold.grant(MARKETING, server.user)
                assert eventually(lambda: not lacks_the_add_on(session), within=SOON)
            assert proxy.process.poll() is None
            assert "Traceback" not in log_of(proxy)


# Stopping


def is_told(session: Session) -> bool:
    """Whether a session learns that the proxy has ended it."""
    with session, suppress(errors.AdminShutdown):
        session.execute("SELECT 1")
        return False
    return True


def test_a_transaction_in_progress_may_end_and_idle_sessions_are_told(place: Place) -> None:
    licensing, trust = place
    database = licensing.database
    database.execute("CREATE TABLE public.kept (x int)")
    with running_proxy(database, trust) as proxy:
        busy, idle = proxy.connect(autocommit=False), proxy.connect()
        busy.execute("INSERT INTO public.kept VALUES (1)")
        idle.execute("SELECT 1")  # who has just come may say one thing yet
        processes = family(proxy.process.pid)
        proxy.process.terminate()
        assert eventually(lambda: reached(proxy) != "", within=SOON)
        assert is_told(idle)
        busy.execute("INSERT INTO public.kept VALUES (2)")
        busy.commit()
        assert proxy.process.wait(timeout=SOON) == 0
        assert is_told(busy)
        assert all_end(processes)
    with database.connect() as session:
        assert session.execute("SELECT count(*) FROM public.kept").fetchone() == (2,)


def test_a_proxy_ends_in_time_when_its_store_is_gone(place: Place) -> None:
    licensing, trust = place
    sell_the_add_on(licensing)
    with running_proxy(licensing.database, trust) as proxy:
        assert children(proxy.process.pid)
        session = proxy.connect()
        with unreachable(licensing.database):
            proxy.process.terminate()
            assert proxy.process.wait(timeout=SOON) == 0
        session.close()
