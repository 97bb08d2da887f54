"""The container files: linted and tried as programs everywhere, built where Docker answers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import servers
import yaml
from compose_spec import PyCompose
from proxies import eventually
from servers import Postgres

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
PROGRAMS = Path(sys.executable).parent
FILES = {
    "compose.yaml": {"database", "setup", "licenses", "proxy", "prometheus", "grafana"},
    "compose.fleet.yaml": {
        "primary", "standby", "setup", "licenses", "proxy1", "proxy2", "proxy3", "balancer",
    },
}  # fmt: skip
OVERRIDE = "services: {proxy: {ports: !override []}}\n"  # a test needs no port of the host


def run(*command: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program with `settings` added to the environment, pgtoll's own programs first."""
    environment = {**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def pgtoll(*arguments: str | Path) -> str:
    """Run a pgtoll command that must succeed and return what it printed."""
    done = run("pgtoll", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_dockerfile_passes_its_linter() -> None:
    linted = run("dockerfile-doctor", DOCKER / "Dockerfile")
    assert linted.returncode == 0, linted.stdout
    assert "WARNING" not in linted.stdout


@pytest.mark.parametrize("name", FILES)
def test_a_compose_file_follows_the_compose_specification(name: str) -> None:
    merged = yaml.safe_load((DOCKER / name).read_text())  # the library does not know `<<`
    composed = PyCompose.from_yaml(yaml.safe_dump(merged))
    assert set(composed.services or ()) == FILES[name]


@pytest.mark.parametrize("name", FILES)
def test_a_compose_file_passes_its_linter(name: str, tmp_path: Path) -> None:
    # It takes offence at mounts from some places, and a checkout may be in one of them.
    linted = run("compose-lint", shutil.copy(DOCKER / name, tmp_path))
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("name", FILES)
def test_what_a_compose_file_mounts_is_there(name: str) -> None:
    services = yaml.safe_load((DOCKER / name).read_text())["services"].values()
    mounts = [one.split(":") for service in services for one in service.get("volumes", ())]
    local = [source for source, *_ in mounts if source.startswith(".")]
    assert local
    assert [one for one in local if not (DOCKER / one).exists()] == []


@pytest.mark.parametrize("name", FILES)
def test_postgresql_is_not_reachable_around_the_proxies(name: str) -> None:
    composed = yaml.safe_load((DOCKER / name).read_text())
    assert composed["networks"]["inside"] == {"internal": True}
    for service in composed["services"].values():
        if service["image"].startswith("postgres:"):
            assert service["networks"] == ["inside"]
            assert "ports" not in service


def test_the_scripts_are_valid_shell() -> None:
    for script in (*(DOCKER / "postgres").glob("*.sh"), DOCKER / "secrets" / "make"):
        checked = run("sh", "-n", script)
        assert checked.returncode == 0, checked.stderr


def test_the_health_check_asks_whoever_listens(postgres: Postgres) -> None:
    check = DOCKER / "healthcheck.py"
    answered = run(sys.executable, check, PGTOLL_LISTEN=f"0.0.0.0:{postgres.port}")
    nobody = run(sys.executable, check, PGTOLL_LISTEN=f"0.0.0.0:{servers.free_port()}")
    assert answered.returncode == 0
    assert nobody.returncode != 0


def test_the_secrets_are_made_once(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    shutil.copy(DOCKER / "secrets" / "make", secrets)
    (tmp_path / "vendor.pub").write_text("key")
    for _ in range(2):
        assert run(secrets / "make", tmp_path / "vendor.pub").returncode == 0
        password = (secrets / "password").read_text()
        assert f":{password}@" in (secrets / "server").read_text()
        assert f":{password}@primary,standby/" in (secrets / "fleet").read_text()
    assert (secrets / "vendor.pub").read_text() == "key"


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """A directory with a vendor's key, a product and a license of it."""
    pgtoll("vendor", "keygen", "--out", tmp_path)
    key = ("--key", tmp_path / "vendor.key")
    files = tmp_path / "licenses"
    files.mkdir()
    what = ("--code", "marketing", "--title", "Marketing", "--prefix", "Mrkt", "--object", "Mrkt*")
    pgtoll("vendor", "product", *what, *key, "--out", files / "z.product")
    kind = ("--product", "marketing", "--type", "server", "--customer", "acme")
    pgtoll("vendor", "issue", *kind, *key, "--out", files / "a.lic")
    return tmp_path


def test_the_one_shots_prepare_a_database_as_often_as_they_are_run(
    database: Postgres, signed: Path
) -> None:
    (signed / "server").write_text(f"{database.dsn}\n")
    settings = {
        "PGTOLL_SERVER_FILE": str(signed / "server"),
        "PGTOLL_TRUST": str(signed / "vendor.pub"),
    }
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    for _ in range(2):
        for name in ("setup", "licenses"):
            words = [
                word.replace("/licenses", str(signed / "licenses"))
                for word in services[name]["command"]
            ]
            done = run("pgtoll", *words, **settings)
            assert done.returncode == 0, done.stdout + done.stderr
    assert "marketing" in run("pgtoll", "license", "list", **settings).stdout


def test_a_standby_is_made_by_the_fleets_scripts(tmp_path: Path) -> None:
    binaries = servers.embedded_binaries()
    account = servers.unprivileged()
    if binaries is None:
        pytest.skip("no embedded PostgreSQL")
    with servers.cluster(binaries, wal_level="replica") as primary:
        folder = made_for(account, tmp_path)
        (folder / "password").write_text("secret")
        with primary.connect() as session:
            row = session.execute("SHOW data_directory").fetchone()
        assert row is not None
        own = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "REPLICATION_PASSWORD_FILE": str(folder / "password"),
            "TMPDIR": str(folder),
            "PGHOST": primary.host,
            "PGPORT": str(primary.port),
        }
        made = {"POSTGRES_USER": primary.user, "POSTGRES_DB": "postgres", "PGDATA": str(row[0])}
        done = run(DOCKER / "postgres" / "primary.sh", **own, **made)
        assert done.returncode == 0, done.stderr
        primary.execute("SELECT pg_reload_conf()")
        follows = own | {
            "PGDATA": str(folder / "data"),
            "PRIMARY": primary.host,
            "PRIMARY_PORT": str(primary.port),
        }
        port = servers.free_port()
        fleet = yaml.safe_load((DOCKER / "compose.fleet.yaml").read_text())["services"]
        words = fleet["standby"]["command"]
        standby = subprocess.Popen(
            [DOCKER / "postgres" / "standby.sh", "-p", str(port), *words],
            env=os.environ | follows,
            user=account,
            cwd=folder,
            stderr=(log := (tmp_path / "standby.log").open("w")),
        )
        try:
            assert eventually(lambda: names(primary) == ["standby quorum"], within=90)
            primary.execute("CREATE TABLE copied (n int); INSERT INTO copied VALUES (7)")
            said = (tmp_path / "standby.log").read_text
            assert eventually(lambda: copied(replace(primary, port=port)), within=90), said()
        finally:
            servers.stop(standby)
            log.close()


def made_for(account: str | None, folder: Path) -> Path:
    """Return a directory that another account owns and reaches."""
    for part in (folder, *folder.parents[:3]):
        part.chmod(part.stat().st_mode | 0o011)
    place = folder / "standby"
    place.mkdir()
    if account is not None:
        shutil.chown(place, account)
    return place


def names(primary: Postgres) -> list[str]:
    """Return the standbys that follow a server now, and whether commits wait for them."""
    with primary.connect() as session:
        rows = session.execute(
            "SELECT application_name, sync_state FROM pg_stat_replication"
        ).fetchall()
    return [" ".join(row) for row in rows]


def copied(standby: Postgres) -> bool:
    """Whether a standby has what its primary has."""
    try:
        with standby.connect() as session:
            row = session.execute("SELECT n FROM copied").fetchone()
    except psycopg.Error:
        return False
    return row == (7,)


if servers.docker_answers():

    @pytest.fixture(scope="module")
    def image() -> Iterator[str]:
        name = f"pgtoll-test:{uuid4().hex[:12]}"
        built = run("docker", "build", "-f", DOCKER / "Dockerfile", "-t", name, ROOT)
        assert built.returncode == 0, built.stderr
        yield name
        run("docker", "image", "rm", "--force", name)

    @pytest.mark.timeout(600)
    def test_the_image_runs_read_only_and_without_root(image: str) -> None:
        options = ("--rm", "--read-only", "--cap-drop", "ALL", "--network", "none")
        shown = run("docker", "run", *options, image, "--help")
        python = ("--entrypoint", "/opt/pgtoll/bin/python", image)
        user = run("docker", "run", *options, *python, "-c", "import os; print(os.getuid())")
        built = run("docker", "run", *options, image, "--version")
        assert shown.returncode == 0, shown.stderr
        assert built.stdout.endswith("(compiled)\n"), built.stdout
        assert user.stdout.strip() == "10001"

    @pytest.mark.timeout(600)
    def test_compose_brings_up_a_proxy_that_serves(signed: Path, tmp_path: Path) -> None:
        tree = tmp_path / "tree"
        for part in ("docker", "proxy", "policy"):
            shutil.copytree(ROOT / part, tree / part)
        for part in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
            shutil.copy(ROOT / part, tree)
        (tree / "scripts").mkdir()
        shutil.copy(ROOT / "scripts/compile.py", tree / "scripts")
        assert run(tree / "docker/secrets/make", signed / "vendor.pub").returncode == 0
        (tree / "override.yaml").write_text(OVERRIDE)
        files = ("-f", tree / "docker/compose.yaml", "-f", tree / "override.yaml")
        compose = ("docker", "compose", "-p", f"pgtoll-{uuid4().hex[:12]}", *files)
        try:
            up = run(*compose, "up", "--build", "--detach", "--wait", "proxy")
            assert up.returncode == 0, up.stderr
            password = (tree / "docker/secrets/password").read_text()
            dsn = f"postgresql://postgres:{password}@proxy:6432/postgres"
            one = run(*compose, "exec", "-T", "database", "psql", dsn, "-Atc", "SELECT 1")
            assert one.stdout.strip() == "1", one.stderr
        finally:
            run(*compose, "down", "--volumes", "--rmi", "local")
