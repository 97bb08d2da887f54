"""The systemd unit as the manual installs it, on a small system that systemd has booted."""

import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from booted import ROOT, System, booted, cannot_boot
from certificates import Authority
from licensing import Licensing
from programs import page
from proxies import eventually, license_add_on, prepared
from servers import Postgres, free_port

WHY_NOT = cannot_boot()
pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]

SECONDS = 90.0  # no wait is longer
# What anybody may write to anywhere, of which the service has its own; and what is the unit's.
WRITABLE = {
    *("/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run/lock"),  # noqa: S108
    *("/run/pgtoll", "/var/log/pgtoll"),
}
LISTED = "find / -path /proc -prune -o -path /sys -prune -o -path /usr -prune -o -path /opt -prune "
LISTED += "-o -writable -type d -print"  # what is left out are mounts that cannot be written to


@dataclass(frozen=True)
class Installed:
    """The service on its system, and what it serves."""

    system: System
    licensing: Licensing
    port: int
    watched: int

    @property
    def database(self) -> Postgres:
        return replace(self.licensing.database, port=self.port)

    def configure(self, **settings: str) -> None:
        """Add lines to the configuration, in the place of those with their names."""
        file = self.system.etc / "pgtoll/pgtoll.toml"
        lines = [line for line in file.read_text().splitlines() if line.split()[0] not in settings]
        lines += [f"{name} = {value}" for name, value in settings.items()]
        file.write_text("\n".join(lines) + "\n")

    def is_up(self) -> bool:
        return self.system.run("systemctl", "is-active", "pgtoll").returncode == 0 and self.ready()

    def ready(self) -> bool:
        try:
            return page(f"http://127.0.0.1:{self.watched}/readyz")[0] == 200
        except OSError:
            return False

    def as_itself(self, script: str) -> str:
        """Run a script where the service lives, with its account; return what it printed."""
        pid = self.system.shows("MainPID")
        account = self.system.told("stat", "--format=%u", f"/proc/{pid}")
        own = ["setpriv", f"--reuid={account.strip()}", f"--regid={account.strip()}"]
        own += ["--clear-groups", "--no-new-privs", "--inh-caps=-all"]
        return self.system.run(
            "nsenter", f"--target={pid}", "--mount", *own, "sh", "-c", script
        ).stdout


def manual() -> str:
    """Return the commands that docs/deploying.md has for systemd, but for Python's own."""
    text = (ROOT / "docs" / "deploying.md").read_text().partition("\n## systemd\n")[2]
    commands = text.partition("```\n")[2].partition("```")[0]
    first, _, rest = commands.partition("\n")
    assert "pip install" in first  # /opt/pgtoll is there already
    return rest


@pytest.fixture(scope="module")
def service(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The service, installed by what the manual says and nothing else."""
    with (
        prepared(postgres, tmp_path_factory.mktemp("site")) as (licensing, trust),
        booted() as system,
    ):
        license_add_on(licensing, licensing.database.user)
        port, watched = free_port(), free_port()
        (system.etc.parent / "root" / "vendor.pub").write_bytes((trust / "vendor.pub").read_bytes())
        commands = re.sub(r"<<< '.*'", f"<<< '{licensing.database.dsn}'", manual())
        commands = commands.replace(":6432", f":{port}").replace(":9187", f":{watched}")
        done = system.run("bash", "-e", said=commands)
        service = Installed(system, licensing, port, watched)
        assert done.returncode == 0, done.stdout + done.stderr + system.journal()
        assert "every guarantee holds" in done.stdout
        assert eventually(service.is_up, within=SECONDS), system.journal()
        yield service


def test_what_the_manual_says_makes_a_proxy_that_serves(service: Installed) -> None:
    with service.database.connect() as session:
        assert session.execute("SELECT 1").fetchone() == (1,)
    status = service.system.shows("StatusText")
    assert status.startswith(f"listening on 0.0.0.0:{service.port}"), status


def test_its_account_is_in_no_list_and_has_no_rights(service: Installed) -> None:
    status = service.system.told("cat", f"/proc/{service.system.shows('MainPID')}/status")
    uid = re.search(r"^Uid:\t(\d+)\t", status, re.MULTILINE)
    assert uid is not None
    assert 61184 <= int(uid[1]) <= 65519  # what systemd gives to DynamicUser
    assert f":{uid[1]}:" not in (service.system.etc / "passwd").read_text()
    assert re.findall(r"^Cap(?:Prm|Eff|Bnd|Amb):\t(\d+)$", status, re.MULTILINE) == ["0" * 16] * 4
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


def test_it_can_write_nowhere_but_where_it_should(service: Installed) -> None:
    found = {one.replace("/private", "") for one in service.as_itself(LISTED).split()}
    assert "/var/log/pgtoll" in found
    assert found <= WRITABLE, found - WRITABLE
    refused = service.as_itself("touch /etc/pgtoll/x /opt/pgtoll/x /usr/x /x /var/x; echo $?")
    assert refused == "1\n"


def test_it_reads_its_connection_string_and_no_other_secret(service: Installed) -> None:
    credential = "/run/credentials/pgtoll.service/server"
    assert service.as_itself(f"cat {credential}").strip() == service.licensing.database.dsn
    assert service.as_itself("cat /etc/pgtoll/server /etc/shadow; ls /root /home") == ""
    environment = service.system.told("cat", f"/proc/{service.system.shows('MainPID')}/environ")
    assert service.licensing.database.dbname not in environment


def test_systemd_itself_finds_it_exposed_no_more_than_promised(service: Installed) -> None:
    said = service.system.told("systemd-analyze", "security", "--no-pager", "pgtoll")
    promised = re.search(r"says ([\d.]+) of 10", (ROOT / "docs" / "deploying.md").read_text())
    assert promised is not None
    assert f"Overall exposure level for pgtoll.service: {promised[1]}" in said


def test_a_reload_reads_the_configuration_and_keeps_sessions(service: Installed) -> None:
    first = service.system.shows("MainPID")
    with service.database.connect() as session:
        service.configure(audit='["postgres", "file:/var/log/pgtoll/audit.json"]')
        service.system.told("systemctl", "reload", "pgtoll")
        assert eventually(lambda: "reload" in audited(service), within=SECONDS), (
            service.system.journal()
        )
        service.configure(nonsense="1")
        service.system.run("systemctl", "reload", "pgtoll")
        assert eventually(
            lambda: "nothing was reloaded" in service.system.journal(), within=SECONDS
        )
        file = service.system.etc / "pgtoll/pgtoll.toml"
        file.write_text(file.read_text().replace("nonsense = 1\n", ""))
        assert tomllib.loads(file.read_text())["metrics"]
        assert session.execute("SELECT 2").fetchone() == (2,)
    assert service.system.shows("MainPID") == first


def audited(service: Installed) -> str:
    """Return the records in the file of the audit, as root reads it."""
    return service.system.run("cat", "/var/log/pgtoll/audit.json").stdout


def test_it_is_started_again_when_it_dies(service: Installed) -> None:
    died = service.system.shows("MainPID")
    service.system.told("systemctl", "kill", "--signal=KILL", "--kill-who=main", "pgtoll")
    assert eventually(
        lambda: service.system.shows("MainPID") not in ("0", died) and service.is_up(),
        within=SECONDS,
    ), service.system.journal()
    with service.database.connect() as session:
        assert session.execute("SELECT 3").fetchone() == (3,)


def test_it_is_started_again_when_it_hangs(service: Installed) -> None:
    with dropped_in(service, "watchdog", "WatchdogSec=4"):
        hung = service.system.shows("MainPID")
        service.system.told("kill", "-STOP", hung)
        assert eventually(
            lambda: "Watchdog timeout" in service.system.journal() and service.is_up(),
            within=SECONDS,
        ), service.system.journal()
        assert service.system.shows("MainPID") != hung


@contextmanager
def dropped_in(service: Installed, name: str, *lines: str) -> Iterator[None]:
    """Have a drop-in while the block runs; the service is started anew with it and without it."""
    file = service.system.etc / f"systemd/system/pgtoll.service.d/{name}.conf"
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(("[Service]", *lines, "")))
    start_anew(service)
    try:
        yield
    finally:
        file.unlink()
        start_anew(service)


def start_anew(service: Installed) -> None:
    service.system.told("systemctl", "daemon-reload")
    service.system.told("systemctl", "restart", "pgtoll")
    assert eventually(service.is_up, within=SECONDS), service.system.journal()


def test_the_certificate_of_the_manual_is_shown(service: Installed, tmp_path: Path) -> None:
    pair = Authority.new(tmp_path).issue("localhost")
    for name, file in (("crt", pair.certificate), ("key", pair.key)):
        place = service.system.etc / "pgtoll" / f"server.{name}"
        place.write_bytes(file.read_bytes())
        place.chmod(0o600)
    lines = (ROOT / "docker/systemd/tls.conf").read_text().partition("[Service]\n")[2].splitlines()
    with dropped_in(service, "tls", *lines):
        with psycopg.connect(service.database.dsn, sslmode="require") as session:
            assert session.pgconn.ssl_in_use
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            psycopg.connect(service.database.dsn, sslmode="disable")


def test_it_ends_when_transactions_have_ended(service: Installed) -> None:
    stopping = threading.Thread(target=service.system.run, args=("systemctl", "stop", "pgtoll"))
    with psycopg.connect(service.database.dsn) as session:
        session.execute("CREATE TABLE drained AS SELECT 1 AS n")
        stopping.start()
        assert eventually(lambda: service.system.shows("StatusText") == "stopping", within=SECONDS)
        session.execute("INSERT INTO drained VALUES (2)")
        session.commit()
        stopping.join()
    assert service.system.shows("Result") == "success", service.system.journal()
    with service.licensing.database.connect() as direct:
        assert direct.execute("SELECT n FROM drained ORDER BY n").fetchall() == [(1,), (2,)]
    service.system.told("systemctl", "start", "pgtoll")


def test_with_a_socket_unit_the_address_stays_open(service: Installed) -> None:
    place = service.system.etc / "systemd/system/pgtoll.socket"
    text = (ROOT / "docker/systemd/pgtoll.socket").read_text()
    place.write_text(text.replace("6432", str(service.port)))
    service.system.told("systemctl", "daemon-reload")
    service.system.told("systemctl", "stop", "pgtoll")
    service.system.told("systemctl", "enable", "--now", "pgtoll.socket")
    with psycopg.connect(service.database.dsn, connect_timeout=60) as session:  # starts the service
        assert session.execute("SELECT 4").fetchone() == (4,)
    restarting = threading.Thread(
        target=service.system.run, args=("systemctl", "restart", "pgtoll")
    )
    restarting.start()
    try:
        for _ in range(5):
            psycopg.connect(service.database.dsn, connect_timeout=60).close()
    finally:
        restarting.join()
    assert service.system.shows("Result") == "success"
