"""The container files: linted and tried as programs everywhere, built where Docker answers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import servers
from compose_spec import PyCompose
from servers import Postgres

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
PROGRAMS = Path(sys.executable).parent
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


def test_the_compose_file_follows_the_compose_specification() -> None:
    composed = PyCompose.from_yaml((DOCKER / "compose.yaml").read_text())
    assert set(composed.services or ()) == {"database", "setup", "proxy"}


def test_the_compose_file_passes_its_linter(tmp_path: Path) -> None:
    # It takes offence at mounts from some places, and a checkout may be in one of them.
    linted = run("compose-lint", shutil.copy(DOCKER / "compose.yaml", tmp_path))
    assert linted.returncode == 0, linted.stdout


def test_the_scripts_are_valid_shell() -> None:
    for script in (DOCKER / "entrypoint.sh", DOCKER / "setup.sh", DOCKER / "secrets" / "make"):
        checked = run("sh", "-n", script)
        assert checked.returncode == 0, checked.stderr


def test_a_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "server").write_text("host=db password='a b'\n")
    echo = tmp_path / "pgtoll"
    echo.write_text('#!/bin/sh\necho "$1|$PGTOLL_SERVER|${PGTOLL_SERVER_FILE-unset}"\n')
    echo.chmod(0o755)
    done = run(
        DOCKER / "entrypoint.sh",
        "serve",
        PATH=f"{tmp_path}:{os.environ['PATH']}",
        PGTOLL_SERVER_FILE=str(tmp_path / "server"),
    )
    assert done.stdout == "serve|host=db password='a b'|unset\n"


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    done = run(DOCKER / "entrypoint.sh", "serve", PGTOLL_SERVER_FILE=missing)
    assert done.returncode == 2
    assert "PGTOLL_SERVER_FILE" in done.stderr
    assert missing in done.stderr


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


def test_setup_prepares_a_database_as_often_as_it_is_run(database: Postgres, signed: Path) -> None:
    settings = {
        "PGTOLL_SERVER": database.dsn,
        "PGTOLL_TRUST": str(signed / "vendor.pub"),
        "PGTOLL_UPLOAD": str(signed / "licenses"),
    }
    for _ in range(2):
        done = run(DOCKER / "entrypoint.sh", "setup", **settings)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "marketing" in run("pgtoll", "license", "list", **settings).stdout


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
        user = run("docker", "run", *options, "--entrypoint", "id", image, "-u")
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
