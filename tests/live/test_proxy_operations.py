"""Through the proxy, everybody may ask about operations, and everything obeys the answer."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from calls import call
from licensing import MARKETING
from proxies import Session, Site, eventually, running_proxy, running_site
from servers import Postgres

from pgtoll.client import LicenseException, check_operation_license, has_operation_license

pytestmark = pytest.mark.live

USE = "MrktApp.Use"
HAS = f"SELECT pgtoll.has_operation_license('{USE}')"
CHECK = f"SELECT pgtoll.check_operation_license('{USE}')"


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A proxy where Alice has a seat of what controls an operation, and Bob has none."""
    server: Postgres = request.getfixturevalue(request.param)
    with running_site(server, tmp_path_factory.mktemp("operations"), licensed=True) as site:
        site.licensing.upload(site.vendor.product(operations=[USE]))
        site.run(
            "CREATE TABLE public.sheet (x int); GRANT ALL ON public.sheet TO PUBLIC;"
            "INSERT INTO public.sheet SELECT generate_series(1, 9);"
            "CREATE TABLE public.mrktsheet (x int); GRANT ALL ON public.mrktsheet TO PUBLIC"
        )
        with site.proxy.connect(site.alice) as session:
            assert eventually(lambda: value(session, HAS) is True)
        yield site


def value(session: Session, sql: str) -> object:
    row = session.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def told(session: Session, sql: str) -> tuple[object, ...]:
    with pytest.raises(psycopg.Error) as caught:
        session.execute(sql.encode())
    diag = caught.value.diag
    return diag.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint


def test_everybody_is_answered_and_nothing_is_written_down(site: Site) -> None:
    before = site.refusals()
    for user, allowed in ((site.alice, True), (site.bob, False)):
        with site.proxy.connect(user) as session:
            assert value(session, HAS) is allowed
            row = session.execute("SELECT pgtoll.has_operation_license(%s)", [USE]).fetchone()
            assert row == (allowed,)
            prepared = session.execute(HAS.encode(), prepare=True).fetchone()
            assert prepared == (allowed,)
            assert has_operation_license(USE, session) is allowed
    assert site.refusals() == before


def test_a_refused_check_is_the_databases_own(site: Site) -> None:
    beside = replace(site.database, user=site.bob)
    with site.proxy.connect(site.bob) as proxied, beside.connect() as direct:
        assert told(proxied, CHECK) == told(direct, CHECK)
        assert told(proxied, CHECK)[0] == "42501"
        with pytest.raises(LicenseException, match="user has no seat"):
            check_operation_license(USE, proxied)


def test_asking_is_proven_harmless_and_not_watched(site: Site) -> None:
    trust = str(next(site.trust.glob("*.pub")))
    where = {"PGTOLL_SERVER": site.database.dsn, "PGTOLL_TRUST": trust}
    for sql in (
        HAS,
        CHECK,
        f"SELECT row_to_json(a)::text FROM pgtoll.operation_license('{USE}') a",
        "SELECT x FROM sheet WHERE pgtoll.has_operation_license('MrktApp.Use')",
    ):
        said = call("check", sql, "--user", site.bob, **where).stdout
        assert "proven" in said, said


def test_row_security_obeys(site: Site) -> None:
    using = f"(SELECT pgtoll.has_operation_license('{USE}'))"
    site.run(
        "ALTER TABLE public.sheet ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY licensed ON public.sheet USING ({using})"
    )
    try:
        site.settle()
        for user, rows in ((site.alice, 9), (site.bob, 0)):
            with site.proxy.connect(user) as session:
                assert value(session, "SELECT count(*) FROM public.sheet") == rows
    finally:
        site.run(
            "DROP POLICY licensed ON public.sheet;"
            "ALTER TABLE public.sheet DISABLE ROW LEVEL SECURITY"
        )


def test_what_asks_hides_no_licensed_table(site: Site) -> None:
    site.run(
        "CREATE OR REPLACE VIEW public.asking AS SELECT m.x FROM public.mrktsheet m"
        " WHERE pgtoll.has_operation_license('x') IS NOT NULL; GRANT SELECT ON asking TO PUBLIC"
    )
    site.settle()
    with site.proxy.connect(site.bob) as session:
        assert told(session, "SELECT * FROM public.asking")[0] == "42501"
        assert "mrktsheet" in str(told(session, "SELECT * FROM public.asking")[1])


def test_a_seat_that_is_recalled_or_granted_is_obeyed_at_once(site: Site) -> None:
    with site.proxy.connect(site.alice) as session:
        site.licensing.revoke(MARKETING, site.alice)
        assert value(session, HAS) is False
        site.licensing.grant(MARKETING, site.alice)
        assert value(session, HAS) is True


def test_licenses_that_are_deleted_bring_demo_mode_back(site: Site) -> None:
    with site.proxy.connect(site.bob) as session:
        site.licensing.delete(MARKETING)
        assert eventually(lambda: value(session, HAS) is True)
        site.licensing.upload(site.vendor.license(MARKETING, seats=1))
        assert eventually(lambda: value(session, HAS) is False)


def test_the_proxy_tells_who_are_impersonators(site: Site) -> None:
    options = ("--impersonators", site.bob, "--impersonator", "another")
    beside = replace(site.database, user=site.bob)
    with beside.connect(options=f"-c pgtoll.user={site.alice}") as session:
        assert value(session, HAS) is False
        with running_proxy(site.database, site.trust, options=options):
            assert value(session, HAS) is True
            assert site.value("SELECT count(*) FROM pgtoll.impersonator") == 2
        with running_proxy(site.database, site.trust):
            assert value(session, HAS) is False
