"""A proxy notes who its sessions are for, and writes down the figures of the day."""

import os
from collections.abc import Iterator
from datetime import date

import pytest
from proxies import Site, eventually, running_proxy, running_site
from psycopg import sql
from servers import Postgres

pytestmark = pytest.mark.live

SOON = 20.0
# A proxy that looks at once: the program itself, with other numbers.
HASTY = """
import pgtoll.program.daily, pgtoll.upkeep.upkeep
from pgtoll.program import daily
daily.FIRST_SECONDS = daily.LOOK_SECONDS = pgtoll.upkeep.upkeep.SEEN_SECONDS = 0.2
"""


@pytest.fixture
def quiet_site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A database that nobody else uses; its own proxy does nothing daily in its first minute."""
    with running_site(postgres, tmp_path_factory.mktemp("quiet"), licensed=True) as site:
        yield site


@pytest.fixture(autouse=True)
def hasty(
    quiet_site: Site,  # which began before
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("hasty")
    (folder / "sitecustomize.py").write_text(HASTY)
    monkeypatch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")


def seen(site: Site) -> dict[str, date]:
    with site.database.connect() as session:
        rows = session.execute("SELECT username, last_day FROM pgtoll.seen").fetchall()
    return {str(name): day for name, day in rows}


def test_who_logs_in_and_who_is_named_is_seen_and_the_day_is_written_down(
    quiet_site: Site,
) -> None:
    site, options = quiet_site, ("--impersonators", quiet_site.bob)
    with running_proxy(site.database, site.trust, options=options) as proxy:
        with proxy.connect(site.alice) as alice:
            alice.execute("SELECT 1")
            assert eventually(lambda: site.alice in seen(site), within=SOON)
            assert site.bob not in seen(site)
            site.run("UPDATE pgtoll.seen SET last_day = last_day - 9")
            before = seen(site)[site.alice]
        with proxy.connect(site.bob) as app:
            app.execute(sql.SQL("SET pgtoll.user = {}").format(sql.Literal("zoë <b>")))
            app.execute("SELECT 1")
            assert eventually(lambda: {site.bob, "zoë <b>"} <= seen(site).keys(), within=SOON)
        assert before < seen(site)[site.bob]
        assert eventually(lambda: site.rows("pgtoll.day") == 1, within=SOON)
        assert site.rows("pgtoll.day_product") >= 1


def test_the_oldest_of_the_audit_is_deleted(quiet_site: Site) -> None:
    site = quiet_site
    site.run(
        "INSERT INTO pgtoll.event (at, kind, outcome, username, act, message, client, proxy)"
        " SELECT now() - n * interval '6 days', 'login', 'done', 'd', '', '', '', ''"
        " FROM generate_series(1, 2) n"
    )
    with running_proxy(site.database, site.trust, options=("--audit-days", "7")) as proxy:
        assert eventually(lambda: site.rows("pgtoll.event") == 1, within=SOON)
        said = "1 audit record of more than 7 days deleted"
        assert eventually(lambda: said in proxy.log.read_text(), within=SOON)
