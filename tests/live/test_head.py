"""A running program is reloaded, replaced and told to stop, and its clients notice nothing else."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from licensing import Vendor
from programs import SECONDS, all_end, family, linux, log_of, refused
from proxies import Proxy, Session, Site, environment, eventually, running_proxy
from psycopg import errors
from servers import free_port

pytestmark = [pytest.mark.live, linux]

SOON = 10.0


@pytest.fixture(params=["1", "2"])
def workers(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def configured(site: Site, file: Path, workers: str, *options: str) -> Iterator[Proxy]:
    """Run a proxy that has more settings in a file."""
    more = ("--config", str(file), *options)
    with running_proxy(site.database, site.trust, workers=int(workers), options=more) as proxy:
        yield proxy


def reloaded(proxy: Proxy, *words: str) -> bool:
    """Have a proxy reload, and tell whether it says so in these words."""
    before = len(log_of(proxy))
    proxy.process.send_signal(signal.SIGHUP)
    return eventually(lambda: all(word in log_of(proxy)[before:] for word in words), within=SOON)


def refuses(session: Session, sql: bytes) -> bool:
    try:
        session.execute(sql)
    except errors.InsufficientPrivilege:
        return True
    return False


# Reloading


def test_the_mode_changes_while_sessions_live(
    licensed_site: Site, tmp_path: Path, workers: str
) -> None:
    site, file = licensed_site, tmp_path / "pgtoll.toml"
    site.run("CREATE TABLE IF NOT EXISTS MrktMode (n int); GRANT ALL ON MrktMode TO PUBLIC")
    file.write_text("", encoding="utf-8")
    sql = b"SELECT * FROM MrktMode"
    with mode_from_file(site, file, workers) as proxy, proxy.connect(site.bob) as session:
        busy = proxy.connect(site.bob, autocommit=False)
        assert refuses(session, sql)
        pid = session.info.backend_pid
        busy.execute("SELECT 1")
        file.write_text('mode = "observe"', encoding="utf-8")
        assert reloaded(proxy, "reloaded: mode")
        assert eventually(lambda: not refuses(session, sql), within=SOON)
        assert refuses(busy, sql)  # its transaction ends as it began
        busy.rollback()
        busy.autocommit = True
        assert eventually(lambda: not refuses(busy, sql), within=SOON)
        busy.close()
        file.write_text("", encoding="utf-8")
        assert reloaded(proxy, "reloaded: mode")
        assert eventually(lambda: refuses(session, sql), within=SOON)
        assert session.info.backend_pid == pid


@contextmanager
def mode_from_file(site: Site, file: Path, workers: str) -> Iterator[Proxy]:
    """A proxy whose command line says nothing of the mode."""
    command = [sys.executable, "-m", "pgtoll", "serve", "--listen", "127.0.0.1:0"]
    command += ["--server", site.database.dsn, "--trust", str(site.trust)]
    command += ["--workers", workers, "--config", str(file)]
    with running(site, command, file.with_suffix(".log")) as proxy:
        yield proxy


@contextmanager
def running(site: Site, command: list[str], log: Path, port: int = 0) -> Iterator[Proxy]:
    """Run a command that serves, and wait until it does."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, env=environment()
        )
    assert process.stdout is not None
    try:
        found = re.search(rb":(\d+)$", process.stdout.readline().rstrip())
        assert found, log.read_text()
        yield Proxy(site.database, process, int(found[1]), log)
    finally:
        process.terminate()
        process.wait(timeout=SECONDS)
        process.stdout.close()


def test_keys_and_customer_change_while_sessions_live(
    licensed_site: Site, tmp_path: Path, workers: str
) -> None:
    site, file = licensed_site, tmp_path / "pgtoll.toml"
    site.run("CREATE TABLE IF NOT EXISTS MrktKeys (n int); GRANT ALL ON MrktKeys TO PUBLIC")
    sql = b"SELECT * FROM MrktKeys"
    keys = tmp_path / "keys"
    keys.mkdir()
    mine = keys / "vendor.pub"
    mine.write_bytes(site.vendor.public)
    command = [sys.executable, "-m", "pgtoll", "serve", "--listen", "127.0.0.1:0"]
    command += ["--server", site.database.dsn, "--workers", workers, "--config", str(file)]
    file.write_text(f'trust = ["{keys}"]', encoding="utf-8")
    with running(site, command, tmp_path / "log") as proxy, proxy.connect(site.bob) as session:
        assert refuses(session, sql)
        mine.write_bytes(Vendor.new().public)  # nobody's documents count: all is in demo mode
        assert reloaded(proxy, "reloaded: trust")
        assert eventually(lambda: not refuses(session, sql), within=SOON)
        mine.write_bytes(site.vendor.public)
        assert reloaded(proxy, "reloaded: trust")
        assert eventually(lambda: refuses(session, sql), within=SOON)


BAD_FILES = {
    "log_format = 'xml'": "expected text or json, found 'xml'",
    "mod = 'observe'": 'unknown key "mod"',
    "mode = ": "is not a TOML file",
    "impersonators = ['']": "expected the name of a role",
}


def test_a_bad_file_changes_nothing_and_says_why(
    licensed_site: Site, tmp_path: Path, workers: str
) -> None:
    site, file = licensed_site, tmp_path / "pgtoll.toml"
    file.write_text("", encoding="utf-8")
    with configured(site, file, workers) as proxy, proxy.connect(site.alice) as session:
        for text, why in BAD_FILES.items():
            file.write_text(f'log_level = "error"\n{text}\n', encoding="utf-8")
            assert reloaded(proxy, "nothing was reloaded: ", why)
        file.write_text("log_sql = 'full'\n", encoding="utf-8")
        assert reloaded(proxy, "reloaded: log_sql")  # at level info: that has not changed either
        session.execute("SELECT 1")


def test_what_only_a_restart_changes_is_named(licensed_site: Site, tmp_path: Path) -> None:
    site, file = licensed_site, tmp_path / "pgtoll.toml"
    file.write_text("", encoding="utf-8")
    with configured(site, file, "2") as proxy:
        file.write_text('metrics = "127.0.0.1:1"\ndrain_timeout = 3\n', encoding="utf-8")
        assert reloaded(proxy, "reloaded: drain_timeout; only a restart changes metrics")


# The log


def test_refusals_are_lines_of_json_without_literals_unless_asked_for(
    licensed_site: Site, tmp_path: Path
) -> None:
    site, file = licensed_site, tmp_path / "pgtoll.toml"
    site.run("CREATE TABLE IF NOT EXISTS MrktLog (n text); GRANT ALL ON MrktLog TO PUBLIC")
    file.write_text("log_format = 'json'", encoding="utf-8")
    sql = b"SELECT n FROM MrktLog WHERE n = 'secret' AND 4711 > 5 -- secret too"
    with (
        configured(site, file, "1") as proxy,
        proxy.connect(site.bob, application_name="app\n{") as session,
    ):
        assert refuses(session, sql)
        for how in ("normalized", "full"):
            file.write_text(f"log_format = 'json'\nlog_sql = '{how}'\n", encoding="utf-8")
            assert reloaded(proxy, "reloaded: log_sql")
            assert refuses(session, sql)
    lines = [json.loads(line) for line in log_of(proxy).splitlines()]
    silent, normalized, full = (line for line in lines if line.get("event") == "refused")
    assert (silent["user"], silent["role"]) == (site.bob, site.bob)
    assert silent["database"] == site.database.dbname
    assert silent["address"].startswith("127.0.0.1:")
    assert (silent["sqlstate"], silent["product"]) == ("42501", "marketing")
    assert "sql" not in silent
    assert "secret" not in json.dumps([silent, normalized])
    assert normalized["sql"] == "SELECT n FROM MrktLog WHERE n = ? AND ? > ?"
    assert full["sql"] == sql.decode()


# Taking another's place


def serving(site: Site, port: int, workers: str, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "pgtoll", "serve", "--listen", f"127.0.0.1:{port}"),
        *("--server", site.database.dsn, "--trust", str(site.trust), "--workers", workers),
        *("--reuse-port", *more),
    ]


class Loop:
    """A client that connects all the time, and counts."""

    def __init__(self, connect: Callable[[], None]) -> None:
        self._connect = connect
        self._over = threading.Event()
        self.served = 0
        self.problems: list[str] = []
        self._threads = [threading.Thread(target=self._run) for _ in range(3)]

    def __enter__(self) -> "Loop":
        for thread in self._threads:
            thread.start()
        return self

    def goes_on(self) -> bool:
        """Whether more clients are served from now on."""
        before = self.served
        return eventually(lambda: self.served > before + 20, within=SECONDS)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._connect()
                self.served += 1
            except (OSError, psycopg.Error) as exc:
                self.problems.append(f"{time.monotonic()}: {exc!r}")

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_no_client_is_refused_while_programs_take_each_others_place(
    licensed_site: Site, tmp_path: Path
) -> None:
    site, port = licensed_site, free_port()

    def connect() -> None:
        dsn = first.dsn(site.alice, connect_timeout=20)
        with psycopg.connect(dsn) as session:
            assert session.execute("SELECT 1").fetchone() == (1,)

    with ExitStack() as stack:
        first = program = stack.enter_context(
            running(site, serving(site, port, "1"), tmp_path / "0")
        )
        with Loop(connect) as loop:
            for i, workers in enumerate(("1", "2", "1")):
                log, older = tmp_path / f"{i + 1}", program
                program = stack.enter_context(running(site, serving(site, port, workers), log))
                assert loop.goes_on()
                older.process.terminate()
                assert older.process.wait(timeout=SECONDS) == 0
                assert loop.goes_on()
    assert loop.problems == []


def test_an_accidental_second_program_is_refused(licensed_site: Site, tmp_path: Path) -> None:
    site, port = licensed_site, free_port()
    at = f"127.0.0.1:{port}"
    with running(site, serving(site, port, "2"), tmp_path / "1"):
        assert "address already in use" in refused(
            site.database.dsn, site.trust, "--listen", at, "--workers", "2"
        )
    with running_proxy(site.database, site.trust) as proxy:
        at = f"127.0.0.1:{proxy.port}"
        assert "address already in use" in refused(
            site.database.dsn, site.trust, "--listen", at, "--reuse-port"
        )


# Stopping


def test_a_second_signal_waits_for_no_transaction(licensed_site: Site, workers: str) -> None:
    site = licensed_site
    options = ("--drain-timeout", "600")
    with running_proxy(site.database, site.trust, workers=int(workers), options=options) as proxy:
        session = proxy.connect(site.alice, autocommit=False)
        session.execute("SELECT 1")
        processes = family(proxy.process.pid)
        proxy.process.terminate()
        time.sleep(1.5)
        assert proxy.process.poll() is None
        proxy.process.terminate()
        assert proxy.process.wait(timeout=SOON) == 0
        with pytest.raises(errors.AdminShutdown):
            session.execute("SELECT 1")
        assert all_end(processes)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 0), (signal.SIGQUIT, 3)])
def test_other_signals_are_quicker(
    licensed_site: Site, workers: str, number: signal.Signals, status: int
) -> None:
    site = licensed_site
    with running_proxy(site.database, site.trust, workers=int(workers)) as proxy:
        session = proxy.connect(site.alice, autocommit=False)
        session.execute("SELECT 1")
        processes = family(proxy.process.pid)
        began = time.monotonic()
        proxy.process.send_signal(number)
        assert proxy.process.wait(timeout=SOON) == status
        assert time.monotonic() - began < 8
        told = errors.AdminShutdown if number is signal.SIGINT else psycopg.OperationalError
        with pytest.raises(told):
            session.execute("SELECT 1")
        assert all_end(processes)


def test_whoever_has_just_come_may_say_one_thing(licensed_site: Site) -> None:
    site = licensed_site
    with running_proxy(site.database, site.trust) as proxy:
        used, new = proxy.connect(site.alice), proxy.connect(site.alice)
        used.execute("SELECT 1")
        proxy.process.terminate()
        assert eventually(lambda: not _listens(proxy.port), within=SOON)
        assert new.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(errors.AdminShutdown):
            used.execute("SELECT 1")
        assert proxy.process.wait(timeout=SOON) == 0
        new.close()
        used.close()


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


# The service manager


def test_the_service_manager_hears_it_all(
    licensed_site: Site, tmp_path: Path, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = licensed_site
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(SOON)
        manager.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "600000")
        with running_proxy(site.database, site.trust, workers=int(workers)) as proxy:
            ready = f"READY=1\nSTATUS=listening on 127.0.0.1:{proxy.port}"
            assert manager.recv(999).decode() == ready
            assert manager.recv(999).decode() == "WATCHDOG=1"
            proxy.process.send_signal(signal.SIGHUP)
            assert until(manager, "RELOADING=1").startswith("RELOADING=1\nMONOTONIC_USEC=")
            until(manager, "READY=1")
            proxy.process.terminate()
            assert "EXTEND_TIMEOUT_USEC=20000000" in until(manager, "STOPPING=1")


def until(manager: socket.socket, word: str) -> str:
    while word not in (said := manager.recv(999).decode()):
        assert said == "WATCHDOG=1"
    return said
