"""A license administrator is told at login what runs out, and nobody else is."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from proxies import Site, eventually, running_site
from servers import Postgres, embedded_binaries

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("reminders")
    with running_site(postgres, folder, licensed=False) as site:
        vendor = site.vendor
        site.licensing.upload(
            vendor.product(),
            vendor.license("base"),
            vendor.license("marketing", seats=3, ends=timedelta(days=20)),
        )
        site.licensing.grant("marketing", site.alice)
        site.run(
            f"CREATE ROLE {site.alice}_boss LOGIN; CREATE ROLE {site.alice}_team;"
            f"GRANT pgtoll_manager TO {site.alice}_team;"
            f"GRANT {site.alice}_team TO {site.alice}_boss;"
            f"GRANT pgtoll_manager TO {site.alice}"
        )
        try:
            assert eventually(lambda: bool(told(site, site.alice)))
            yield site
        finally:
            site.run(f"DROP ROLE {site.alice}_boss; DROP ROLE {site.alice}_team")


def told(site: Site, user: str, **parameters: str) -> list[str]:
    """Return the notices that a login brings, as psql would show them."""
    binaries = embedded_binaries()
    assert binaries is not None
    run = subprocess.run(
        [str(binaries / "psql"), site.proxy.dsn(user, **parameters), "-Xc", "SELECT 'in'"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "in" in run.stdout
    return run.stderr.splitlines()


def test_members_are_told_those_through_other_roles_too(site: Site) -> None:
    for user in (site.alice, f"{site.alice}_boss"):
        notice, detail, hint = told(site, user)
        assert notice.startswith('NOTICE:  product "marketing": license expires on 2')
        assert detail.startswith("DETAIL:  Its users will be refused from then on")
        assert "pgtoll license request --want marketing" in hint


def test_nobody_else_is_told(site: Site) -> None:
    assert told(site, site.bob) == []


def test_a_new_member_is_told_at_the_next_login(site: Site) -> None:
    site.run(f"GRANT pgtoll_manager TO {site.bob}")
    try:
        assert eventually(lambda: bool(told(site, site.bob)), within=3)
    finally:
        site.run(f"REVOKE pgtoll_manager FROM {site.bob}")


def test_notices_come_before_the_first_query_in_drivers_too(site: Site) -> None:
    with psycopg.connect(site.proxy.dsn(site.alice)) as session:
        notices: list[str] = []
        session.add_notice_handler(lambda one: notices.append(one.message_primary or ""))
        assert session.execute("SELECT 1").fetchone() == (1,)
    assert notices == []  # the driver had them before it handed the connection out
