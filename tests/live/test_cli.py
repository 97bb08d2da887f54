"""The whole way by the command line, each command a process: from a vendor's key to a refusal."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from calls import done
from proxies import environment
from psycopg.conninfo import make_conninfo
from servers import Postgres

pytestmark = pytest.mark.live
SECONDS = 60


def pgtoll(place: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one command in a directory, with these settings and no others of ours."""
    return subprocess.run(
        [sys.executable, "-m", "pgtoll", *arguments],
        cwd=place,
        env=_environment(settings),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def _environment(settings: dict[str, str]) -> dict[str, str]:
    return environment() | {f"PGTOLL_{name.upper()}": value for name, value in settings.items()}


def succeed(place: Path, line: str, **settings: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    run = pgtoll(place, *line.split(), **settings)
    assert (run.returncode, run.stderr) == (0, ""), run
    return run.stdout


@contextmanager
def serving(place: Path, **settings: str) -> Iterator[str]:
    """Run the proxy; yield where it listens."""
    command = [sys.executable, "-m", "pgtoll", "serve", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        command, cwd=place, env=_environment(settings), stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        assert line.startswith("listening on 127.0.0.1:")
        yield line.split(":")[1].strip()
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with everything that a vendor signs for a customer."""
    key = tmp_path / "vendor.key"
    done("vendor", "keygen", "--out", tmp_path)
    papers = {
        "m.product": "product --code marketing --title Marketing --prefix Mrkt --object Mrkt*",
        "m.lic": "issue --product marketing --type personal --seats 1 --customer acme",
        "b.lic": "issue --product base --type server --customer acme",
    }
    for name, line in papers.items():
        done("vendor", *line.split(), "--key", key, "--out", tmp_path / name)
    return tmp_path


def test_from_a_key_to_a_refusal(place: Path, database: Postgres) -> None:
    settings = {"server": database.dsn, "trust": "vendor.pub"}
    user = database.user
    database.execute("CREATE TABLE MrktInvoice (amount int)")
    succeed(place, "init", **settings)
    succeed(place, "license upload b.lic m.lic m.product", **settings)
    question = ("check", "SELECT * FROM MrktInvoice", "--user", user, "--json")
    with serving(place, **settings) as port:
        client = psycopg.connect(
            make_conninfo(database.dsn, host="127.0.0.1", port=port), autocommit=True
        )
        with client:
            with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
                client.execute("SELECT * FROM MrktInvoice")
            refusal = pgtoll(place, *question, **settings)
            assert refusal.returncode == 3
            (told,) = json.loads(refusal.stdout)["statements"]
            diagnostic = refused.value.diag
            assert told["why"] == diagnostic.message_primary
            assert (told["detail"], told["hint"]) == (
                diagnostic.message_detail,
                diagnostic.message_hint,
            )
            succeed(place, f"seats grant marketing {user}", **settings)
            assert pgtoll(place, *question, **settings).returncode == 0
            client.execute("SELECT * FROM MrktInvoice")


def test_a_file_may_hold_all_settings(place: Path, database: Postgres) -> None:
    file = place / "pgtoll.toml"
    file.write_text(f'server = "{database.uri}"\ntrust = ["vendor.pub"]\ncustomer = "other"\n')
    succeed(place, "init --config pgtoll.toml")
    succeed(place, "license upload b.lic --config pgtoll.toml --customer acme")
    (line,) = json.loads(succeed(place, "license list --json", config="pgtoll.toml"))
    assert line["state"] == 'license is for customer "acme"'
    options = "license list --json --config pgtoll.toml --customer acme"
    (line,) = json.loads(succeed(place, options))
    assert line["state"] == "in force"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("nonsense", 2),
        ("init --server nonsense", 2),
        ("init --config absent.toml", 2),
        ("inspect vendor.key", 3),
        ("inspect absent", 2),
        ("license upload absent.lic --trust vendor.pub --server host=x", 2),
        ("vendor issue --product m --type server --customer a --key vendor.pub --out x.lic", 2),
        ("serve --server host=x --trust vendor.key", 2),
    ],
)
def test_a_wrong_call_is_one_line_and_no_traceback(line: str, status: int, place: Path) -> None:
    before = sorted(os.listdir(place))
    run = pgtoll(place, *line.split())
    assert (run.returncode, run.stdout) == (status, "")
    assert run.stderr.startswith("pgtoll: ")
    assert run.stderr.count("\n") == 1
    assert sorted(os.listdir(place)) == before
