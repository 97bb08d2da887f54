"""A store that is restored to before a revocation: what comes back, what does not, what is told.

With real base backups, a real archive of WAL, and a recovery that stops where it is told to.
"""

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
import servers
from calls import done
from doctoring import Clinic
from licensing import BASE, MARKETING, Licensing, Vendor
from programs import logged
from proxies import Proxy, eventually, running_proxy
from restores import Archived, archived
from servers import Postgres

from pgtoll.store.migrations import initialise
from pgtoll_policy.issue import new_license_id

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

IN_TIME = 30.0
GONE, LATER = new_license_id(), new_license_id()


@dataclass(frozen=True)
class Shop:
    """A site whose license was revoked, and a seat recalled, after its base backup."""

    archived: Archived
    licensing: Licensing
    trust: Path
    export: Path  # made after that

    @property
    def options(self) -> tuple[object, ...]:
        return "--trust", self.trust


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("PostgreSQL 15 is not installed")
    folder = tmp_path_factory.mktemp("restores")
    with archived(binaries) as kept:
        database = kept.server.new_database("shop")
        asyncio.run(initialise(database.dsn))
        vendor = Vendor.new()
        trust = folder / "trust"
        trust.mkdir()
        (trust / "vendor.pub").write_bytes(vendor.public)
        licensing = Licensing(database, vendor)
        database.execute(
            "CREATE TABLE mrktinvoice (x int); CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN;"
            "GRANT SELECT ON mrktinvoice TO PUBLIC"
        )
        licensing.upload(
            vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=2, id_=GONE)
        )
        licensing.grant(MARKETING, "alice", "bob")
        with running_proxy(database, trust) as proxy:
            assert reads(proxy, "alice")
        kept.back_up()
        kept.mark("before")
        licensing.upload(vendor.revocation(GONE))
        licensing.upload(vendor.license(MARKETING, seats=2, id_=LATER))
        licensing.revoke(MARKETING, "bob")
        export = folder / "pgtoll.export"
        done("export", "--server", database.dsn, "--out", export)
        yield Shop(kept, licensing, trust, export)


def reads(proxy: Proxy, user: str) -> bool:
    """Whether somebody may read a table of the add-on."""
    with proxy.connect(user) as session:
        try:
            session.execute("SELECT * FROM mrktinvoice")
        except psycopg.errors.InsufficientPrivilege:
            return False
    return True


def value(database: Postgres, sql: str) -> object:
    with database.connect() as session:
        row = session.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def test_without_what_stands_here_everything_comes_back_and_is_told(shop: Shop) -> None:
    """The store is all that a fresh proxy has: nobody can know what is not in it."""
    database = shop.archived.restore("before", "shop")
    with running_proxy(database, shop.trust) as proxy:
        assert reads(proxy, "alice"), "by the license that was revoked"
        assert reads(proxy, "bob"), "by the seat that was recalled"
        told = 'PostgreSQL was restored to a time (at restore point "before")'
        assert eventually(logged(proxy, told), within=IN_TIME)
        assert eventually(logged(proxy, "pgtoll import FILE --newer"), within=IN_TIME)
    with running_proxy(database, shop.trust) as proxy:
        assert eventually(logged(proxy, f"{told}, and the latest time"), within=IN_TIME)
    assert value(database, "SELECT count(*) FROM pgtoll.setback") == 1
    clinic = Clinic(database)
    (found,) = clinic.faults("setbacks")
    assert told in found.what
    done("store", "accept", "--server", database.dsn)
    assert clinic.faults("setbacks") == []
    with running_proxy(database, shop.trust) as proxy:
        assert not logged(proxy, "taken back")()


def test_an_export_brings_what_came_since(shop: Shop) -> None:
    database = shop.archived.restore("before", "shop")
    with running_proxy(database, shop.trust) as proxy:
        assert reads(proxy, "bob")
        call = ("import", shop.export, "--newer", "--server", database.dsn, *shop.options)
        printed = done(*call)
        assert "added: revocation" in printed
        assert "recalled: the seat of bob" in printed
        assert "1 report that the store was taken back settled" in printed
        assert eventually(lambda: not reads(proxy, "bob"), within=IN_TIME)
        assert reads(proxy, "alice"), "by the license that came instead"
    state = value(database, f"SELECT count(*) FROM pgtoll.document WHERE code = '{GONE}'")
    assert state == 0, "the later serial has replaced it"
    assert Clinic(database).faults("setbacks") == []


def test_an_export_from_before_does_not_settle_it(shop: Shop, tmp_path: Path) -> None:
    database = shop.archived.restore("before", "shop")
    early = tmp_path / "early.export"
    done("export", "--server", database.dsn, "--out", early)
    with running_proxy(database, shop.trust) as proxy:
        assert eventually(logged(proxy, "taken back"), within=IN_TIME)
    printed = done("import", early, "--newer", "--server", database.dsn, *shop.options)
    assert "the file is from before the time that the store was taken back to" in printed
    assert len(Clinic(database).faults("setbacks")) == 1


def test_a_revocation_beside_the_trusted_keys_holds_at_once(shop: Shop, tmp_path: Path) -> None:
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "vendor.pub").write_bytes(shop.licensing.vendor.public)
    done("export", "--revocations", trust, "--server", shop.licensing.database.dsn, *shop.options)
    database = shop.archived.restore("before", "shop")
    with running_proxy(database, trust) as proxy:
        assert not reads(proxy, "alice"), "from the first statement on"
        assert eventually(logged(proxy, "the store was given a revocation"), within=IN_TIME)
    with running_proxy(database, shop.trust) as proxy:
        assert not reads(proxy, "alice"), "for every other proxy, too"


def test_a_proxy_that_goes_on_gives_back_what_it_knows(shop: Shop, tmp_path: Path) -> None:
    """Whoever deletes the revocation by hand does not bring the license back while one runs."""
    database = shop.archived.restore("before", "shop")
    sold = replace(shop.licensing, database=database)
    with running_proxy(database, shop.trust) as proxy:
        assert reads(proxy, "alice")
        sold.upload(sold.vendor.revocation(GONE))
        assert eventually(lambda: not reads(proxy, "alice"), within=IN_TIME)
        database.execute("DELETE FROM pgtoll.document WHERE kind = 'revocation'")
        assert eventually(logged(proxy, "the store was given a revocation"), within=IN_TIME)
        assert not reads(proxy, "alice")
        kinds = "SELECT count(*) FROM pgtoll.document WHERE kind = 'revocation'"
        assert value(database, kinds) == 1


def test_a_dump_that_is_loaded_elsewhere_is_known_for_one(shop: Shop) -> None:
    """Its pins would be of other tables: they go by names when the export is imported."""
    binaries = shop.archived.node.binaries
    source = shop.licensing.database
    target = shop.archived.server.new_database("loaded")
    target.execute("CREATE TABLE filler (); CREATE TABLE mrktinvoice (x int)")
    dump = subprocess.run(
        [binaries / "pg_dump", "-n", "pgtoll", source.dsn], capture_output=True, check=True
    )
    subprocess.run(
        [binaries / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", target.dsn],
        input=dump.stdout,
        check=True,
        capture_output=True,
    )
    with running_proxy(target, shop.trust) as proxy:
        assert eventually(logged(proxy, "it was loaded from a dump"), within=IN_TIME)
    done("import", shop.export, "--newer", "--server", target.dsn, *shop.options)
    pinned = "SELECT string_agg(relation::regclass::text, ',') FROM pgtoll.pin"
    assert value(target, pinned) == "mrktinvoice"
