"""What a running program tells its audit: refusals, changes, log-ins, commands, reloads."""

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from auditing import HOSTILE, collecting
from licensing import MARKETING
from programs import linux, log_of, refused
from proxies import Proxy, Site, eventually, running_proxy
from psycopg import errors
from servers import free_port

pytestmark = [pytest.mark.live, linux]

SOON = 20.0

Line = dict[str, Any]


def lines(path: Path, kind: str = "") -> list[Line]:
    """Return the records of a kind in a file; each line of it has to be one."""
    found = [json.loads(line) for line in path.read_text().splitlines()]
    return [one for one in found if kind in ("", one["kind"])]


@pytest.fixture
def table(licensed_site: Site) -> str:
    licensed_site.run(
        "CREATE TABLE IF NOT EXISTS MrktTrail (n int); GRANT ALL ON MrktTrail TO PUBLIC"
    )
    return "MrktTrail"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.json"


@pytest.fixture(params=[1, 2])
def proxy(
    request: pytest.FixtureRequest, licensed_site: Site, table: str, file: Path
) -> Iterator[Proxy]:
    site, settings = licensed_site, file.with_name("pgtoll.toml")
    settings.write_text("")
    more = ("--audit", f"file:{file}", "--config", str(settings), "--log-format", "json")
    with running_proxy(site.database, site.trust, workers=request.param, options=more) as proxy:
        yield proxy


def refuse(proxy: Proxy, user: str, sql: str, application_name: str = "test") -> None:
    with (
        proxy.connect(user, application_name=application_name) as session,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        session.execute(sql.encode())


def test_a_refusal_is_a_record_of_who_where_what_and_why(
    proxy: Proxy, licensed_site: Site, table: str, file: Path
) -> None:
    site = licensed_site
    refuse(proxy, site.bob, f"SELECT 'x' FROM {table}", application_name=HOSTILE[0])
    assert eventually(lambda: len(lines(file, "refused")) == 1, within=SOON)
    (record,) = lines(file, "refused")
    assert record["at"].endswith("Z")
    assert record["proxy"].endswith(f"/{proxy.process.pid}")
    assert record["user"] == record["role"] == site.bob
    assert record["address"].startswith("127.0.0.1:")
    assert record["database"] == site.database.dbname
    assert (record["product"], record["table"]) == (MARKETING, table.lower())
    assert (record["sqlstate"], record["reason"]) == (
        "42501", "user has no seat of the personal license",
    )  # fmt: skip
    assert record["sql"] == f"SELECT 'x' FROM {table}"
    assert site.refusals()[-1:] != [(site.bob, "42501", table.lower(), record["sql"])]


def test_changes_are_told_whoever_made_them(proxy: Proxy, licensed_site: Site, file: Path) -> None:
    site = licensed_site
    assert eventually(lambda: site.value("SELECT count(*) FROM pgtoll.told") == 1, within=SOON)
    site.licensing.revoke(MARKETING, site.alice)
    site.licensing.grant(MARKETING, site.alice)

    def last() -> list[str]:
        return [one["act"] for one in lines(file, "changed")[-2:]]

    assert eventually(lambda: last() == ["revoke", "grant"], within=SOON)
    given = lines(file, "changed")[-1]
    assert (given["user"], given["subject"]) == (site.database.user, site.alice)
    assert given["message"] == f"{site.database.user} gave {site.alice} a seat of marketing"
    assert given["id"].startswith("seat/")


def test_reloads_commands_and_log_ins_are_told(
    proxy: Proxy, licensed_site: Site, file: Path
) -> None:
    site, settings = licensed_site, file.with_name("pgtoll.toml")
    with proxy.connect(dbname="pgtoll") as admin:
        for command in (b"RELOAD", b"SHOW VERSION"):
            admin.execute(command)
        with pytest.raises(errors.UndefinedObject):
            admin.execute(b"KILL 1")
    with pytest.raises(psycopg.OperationalError):
        proxy.connect(site.bob, dbname="pgtoll")
    settings.write_text("log_sql = 'never'")
    proxy.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(lines(file, "reload")) == 2, within=SOON)
    user = site.database.user
    assert [(one["act"], one["outcome"], one["user"]) for one in lines(file, "command")] == [
        ("RELOAD", "done", user), ("KILL 1", "failed", user),
    ]  # fmt: skip
    assert [(one["outcome"], one["user"]) for one in lines(file, "login")] == [
        ("done", user), ("refused", site.bob),
    ]  # fmt: skip
    good, bad = lines(file, "reload")
    assert (good["outcome"], good["message"]) == ("done", "reloaded: nothing has changed")
    assert bad["outcome"] == "failed"
    assert "found 'never'" in bad["message"]


def test_a_reload_sends_records_elsewhere(
    proxy: Proxy, licensed_site: Site, table: str, file: Path
) -> None:
    site, other = licensed_site, file.with_name("other.json")
    settings = file.with_name("pgtoll.toml")
    settings.write_text("record_sql = 'normalized'\naudit_files = 2")
    proxy.process.send_signal(signal.SIGHUP)
    said = "reloaded: record_sql, audit_files"
    assert eventually(lambda: said in log_of(proxy), within=SOON)
    refuse(proxy, site.bob, f"SELECT 'secret' FROM {table}")
    assert eventually(lambda: len(lines(file, "refused")) == 1, within=SOON)
    assert lines(file, "refused")[0]["sql"] == f"SELECT ? FROM {table}"
    assert not other.exists()


def test_everything_is_there_when_the_program_has_ended(
    licensed_site: Site, table: str, file: Path, tmp_path: Path
) -> None:
    site = licensed_site
    with collecting("unix", tmp_path / "log") as (collector, target):
        more = ("--audit", f"file:{file}", "--audit", target, "--audit", "postgres")
        known = len(site.refusals())
        with running_proxy(site.database, site.trust, workers=2, options=more) as proxy:
            for number in range(40):
                refuse(proxy, site.bob, f"SELECT {number} FROM {table}")
        messages = collector.wait_for(40)
    expected = [f"SELECT {number} FROM {table}" for number in range(40)]
    assert sorted(one["sql"] for one in lines(file, "refused")) == sorted(expected)
    assert sorted(row[3] for row in site.refusals()[known:]) == sorted(expected)
    assert sum(b" refused [pgtoll@32473 " in one for one in messages) == 40


def test_what_cannot_be_written_is_counted_and_holds_nobody_up(
    licensed_site: Site, table: str, tmp_path: Path
) -> None:
    site, port = licensed_site, free_port()
    folder = tmp_path / "away"
    folder.mkdir()
    more = ("--audit", f"file:{folder / 'audit'}", "--metrics", f"127.0.0.1:{port}")
    with running_proxy(site.database, site.trust, options=more) as proxy:
        (folder / "audit").unlink()
        folder.rmdir()
        for number in range(20):
            refuse(proxy, site.bob, f"SELECT {number} FROM {table}")

        def metrics() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as page:
                return str(page.read().decode())

        assert eventually(lambda: "pgtoll_audit_backlog 20\n" in metrics(), within=SOON)
        assert 'pgtoll_audit_lost_total{to="file"} 0\n' in metrics()
        assert log_of(proxy).count("cannot write to file:") == 1
        folder.mkdir()
        assert eventually(lambda: "pgtoll_audit_backlog 0\n" in metrics(), within=SOON)
    assert len(lines(folder / "audit", "refused")) == 20


def test_a_place_that_cannot_be_written_to_is_one_line(licensed_site: Site, tmp_path: Path) -> None:
    site = licensed_site
    said = refused(site.database.dsn, site.trust, "--audit", f"file:{tmp_path}")
    assert said == f"audit: cannot write to {tmp_path}: is a directory"
