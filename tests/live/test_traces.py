"""A statement's way through a running proxy, as a receiver of traces sees it."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from programs import linux, log_of
from proxies import Proxy, Site, eventually, running_proxy
from psycopg import errors
from servers import free_port
from tracing_samples import SPAN, TRACE, Taken, named, taking, traceparent

pytestmark = [pytest.mark.live, linux]

SECONDS = 20.0


def about(taken: Taken, text: str) -> list[Any]:
    """Return the spans of the statement that has these words, its own first."""

    def found() -> list[Any]:
        spans = list(taken.spans)
        whole = [
            one for one in spans if text in str(named(one.attributes).get("db.query.text", ""))
        ]
        return whole and whole + [one for one in spans if one.parent_span_id == whole[0].span_id]

    assert eventually(lambda: bool(found()), within=SECONDS), taken.spans
    return found()


def names(spans: list[Any]) -> list[str]:
    return sorted(one.name for one in spans)


@pytest.fixture
def table(licensed_site: Site) -> str:
    licensed_site.run(
        "CREATE TABLE IF NOT EXISTS MrktTraced (n int); GRANT ALL ON MrktTraced TO PUBLIC"
    )
    return "MrktTraced"


def running(site: Site, url: str, *more: str) -> Any:
    options = ("--traces", url, "--trace-sql", "full", *more)
    return running_proxy(site.database, site.trust, options=options)


def test_statements_are_traced_with_what_was_done_to_them(licensed_site: Site, table: str) -> None:
    site = licensed_site
    with taking() as (taken, url), running(site, url) as proxy:
        with proxy.connect(site.alice) as session:  # who lacks nothing
            session.execute(f"SELECT 1 AS alices {traceparent()}".encode())
        with proxy.connect(site.bob, application_name="bobs") as session:
            session.execute(b"SELECT 2 AS proven")
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(f"SELECT 3 AS denied FROM {table}".encode())
            session.execute(b"DO $$ BEGIN EXECUTE 'SELECT 4'; END $$")
        free, proven = about(taken, "alices"), about(taken, "proven")
        denied, watched = about(taken, "denied"), about(taken, "EXECUTE")
    assert names(free) == [f"SELECT {site.database.dbname}", "pgtoll reply"]
    assert (free[0].trace_id.hex(), free[0].parent_span_id.hex()) == (TRACE, SPAN)
    told = named(proven[0].attributes)
    assert told["pgtoll.verdict"] == "allow"
    assert told["pgtoll.application_name"] == "bobs"
    assert (told["server.address"], told["server.port"]) == ("127.0.0.1", site.database.port)
    assert {"pgtoll read", "pgtoll judge", "pgtoll reply"} <= set(names(proven))
    told = named(denied[0].attributes)
    assert (told["db.response.status_code"], told["error.type"]) == ("42501", "42501")
    assert (told["pgtoll.verdict"], denied[0].status.code) == ("refuse", 2)
    assert named(watched[0].attributes)["pgtoll.verdict"] == "watch"
    checks = [event for one in watched for event in one.events]
    assert "watched" in {named(one.attributes)["pgtoll.check"] for one in checks}


def test_drivers_notice_nothing(licensed_site: Site) -> None:
    site = licensed_site

    async def story(proxy: Proxy) -> None:
        connection = await asyncpg.connect(
            host="127.0.0.1", port=proxy.port, user=site.bob, database=site.database.dbname
        )
        await connection.execute("CREATE TEMP TABLE mine (n int, t text)")
        await connection.copy_records_to_table("mine", records=[(n, "x" * 99) for n in range(5000)])
        assert await connection.fetchval("SELECT count(*) FROM mine WHERE n < $1", 4000) == 4000
        await connection.executemany("INSERT INTO mine VALUES ($1, $2)", [(1, "a"), (2, "b")])
        async with connection.transaction():
            assert len([row async for row in connection.cursor("SELECT * FROM mine")]) == 5002
        await connection.close()

    with taking() as (taken, url), running(site, url) as proxy:
        asyncio.run(story(proxy))
        (copied, *_) = about(taken, "COPY")
        (counted, *_) = about(taken, "count(*)")
    assert named(copied.attributes)["db.operation.name"] == "COPY"
    assert counted.name == f"SELECT {site.database.dbname}"


def test_a_receiver_that_is_away_is_told_of_once_and_holds_nobody_up(licensed_site: Site) -> None:
    site = licensed_site
    with (
        running(site, f"http://127.0.0.1:{free_port()}") as proxy,
        proxy.connect(site.alice) as session,
    ):
        for number in range(300):
            session.execute(f"SELECT {number}".encode())
        assert eventually(lambda: "cannot write to http://" in log_of(proxy), within=SECONDS)
        assert log_of(proxy).count("cannot write to http://") == 1


def test_without_the_key_nothing_of_it_is_loaded(
    licensed_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = licensed_site
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")  # every import is a line of the log
    for options, loaded in (((), False), (("--traces", "http://127.0.0.1:1"), True)):
        with running_proxy(site.database, site.trust, options=options) as proxy:
            with proxy.connect(site.alice) as session:
                session.execute("SELECT 1")
            log = log_of(proxy)
        assert "pgtoll.server" in log
        assert ("pgtoll.tracing" in log) is loaded
        assert ("opentelemetry" in log) is loaded


def test_a_share_of_sessions_and_a_reload(licensed_site: Site, tmp_path: Path) -> None:
    site, file = licensed_site, tmp_path / "pgtoll.toml"
    with taking() as (taken, url):
        file.write_text(f'traces = "{url}"\ntrace_sample = 0.0\ntrace_sql = "full"')
        options = ("--config", str(file))
        with running_proxy(site.database, site.trust, options=options) as proxy:
            with proxy.connect(site.alice) as session:
                session.execute("SELECT 1 AS untraced")
            file.write_text(f'traces = "{url}"\ntrace_sql = "normalized"')
            with proxy.connect(dbname="pgtoll") as admin:
                admin.execute(b"RELOAD")
            with proxy.connect(site.alice) as session:
                session.execute("SELECT 4711 AS traced")
            whole, *_ = about(taken, "AS traced")
    assert named(whole.attributes)["db.query.text"] == "SELECT ? AS traced"
    assert not any("untraced" in str(named(one.attributes)) for one in taken.spans)
