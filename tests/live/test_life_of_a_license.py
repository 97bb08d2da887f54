"""From a customer's request to a user's session, and on to the next version of the product."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from calls import done
from proxies import Site, eventually, running_site
from psycopg import errors
from servers import Postgres

pytestmark = pytest.mark.live


@pytest.fixture
def site(postgres: Postgres, tmp_path: Path) -> Iterator[Site]:
    with running_site(postgres, tmp_path, licensed=False) as site:
        site.run(
            "CREATE TABLE mrktinvoice (amount int); INSERT INTO mrktinvoice VALUES (7);"
            "GRANT SELECT ON mrktinvoice TO PUBLIC"
        )
        yield site


def reads(site: Site, user: str) -> bool:
    """Tell whether a new session of a user may read the product's table."""
    with site.proxy.connect(user) as session:
        try:
            session.execute("SELECT amount FROM mrktinvoice")
        except errors.InsufficientPrivilege:
            return False
    return True


def test_a_request_becomes_seats_that_sessions_obey(site: Site, tmp_path: Path) -> None:
    key = tmp_path / "vendor.key"
    key.write_bytes(site.vendor.private)
    settings = {
        "PGTOLL_SERVER": site.database.dsn,
        "PGTOLL_TRUST": str(site.trust),
        "PGTOLL_CUSTOMER": "acme",
    }

    def describe(version: str) -> Path:
        out = tmp_path / f"marketing-{version}.product"
        what = ("--code", "marketing", "--title", "Marketing", "--version", version)
        where = ("--prefix", "Mrkt", "--from-dsn", site.database.dsn, "--key", key, "--out", out)
        done("vendor", "product", *what, *where)
        return out

    def ordered(version: str, seats: int) -> list[Path]:
        """Ask as the customer, answer as the vendor."""
        request, answer = tmp_path / f"{version}.tlr", tmp_path / f"answer-{version}"
        wants = ("--want", f"marketing={seats}", "--want", "base")
        done("license", "request", "--version", version, *wants, "--out", request, **settings)
        done("vendor", "issue", "--request", request, "--key", key, "--out", answer)
        return sorted(answer.iterdir())

    done("license", "upload", describe("1"), *ordered("1", 3), **settings)
    assert eventually(lambda: not reads(site, site.alice))
    done("seats", "grant", "marketing", site.alice, site.bob, "carol", **settings)
    assert eventually(lambda: reads(site, site.alice) and reads(site, site.bob))
    with psycopg.connect(site.proxy.dsn(site.bob), autocommit=True) as session:
        session.execute("SELECT amount FROM mrktinvoice")
        done("seats", "revoke", "marketing", site.bob, **settings)
        assert eventually(lambda: not reads(site, site.bob))
        with pytest.raises(errors.InsufficientPrivilege, match="no license for table"):
            session.execute("SELECT amount FROM mrktinvoice")

    # A newer version of the product needs a newer license, which may have fewer seats.
    printed = done("license", "upload", describe("2"), **settings)
    assert f"{site.alice} lost the seat of product marketing: license is for version 1" in printed
    assert eventually(lambda: not reads(site, site.alice))
    printed = done("license", "upload", *ordered("2", 1), **settings)
    assert " lost the seat " not in printed
    assert eventually(lambda: reads(site, site.alice))
    total = done("seats", "list", "marketing", **settings).splitlines()[-1]
    assert total == "marketing: 2 of 1 seat granted, beyond those bought: carol"
