"""The whole fleet: built, licensed, and looked at beside all proxies."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from licensing import MARKETING, Licensing, Vendor
from proxies import Session
from racing.ground import TABLES
from servers import Postgres

from fleet.database import Pair
from fleet.journal import Journal
from fleet.network import Network
from fleet.parts import GRACE, METRICS, PORT, Balancer, FleetProxy
from pgtoll.store.migrations import initialise

SHOP, LICENSES = "shop", "licenses"  # what is served, and the store: databases of the same servers
TOOLS = "tools"  # a product with one seat, which two want
WRITER, READER = "writer", "reader"
MARKER = "top-secret-4711"

_SCHEMA = f"""
CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE {WRITER} LOGIN;
CREATE ROLE {READER} LOGIN;
CREATE TABLE public.mrktkept (who int, n int, PRIMARY KEY (who, n));
CREATE TABLE public.mrktvault (secret text);
INSERT INTO public.mrktvault VALUES ('{MARKER}');
GRANT ALL ON public.mrktkept, public.mrktvault TO PUBLIC;
CREATE SCHEMA race;
CREATE TABLE race.plain (who int, n int);
CREATE TABLE race.other (who int, n int);
CREATE TABLE race.parts (who int, n int) PARTITION BY HASH (n);
CREATE TABLE race.parts0 PARTITION OF race.parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE race.parts1 PARTITION OF race.parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE race.heir () INHERITS (race.plain);
GRANT ALL ON SCHEMA race TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA race TO PUBLIC;
"""


@dataclass(frozen=True)
class _Named:
    """A database wherever the primary is, by the store's own way of finding it."""

    dsn: str


@dataclass
class Fleet:
    """All parts, as those who use and those who break them see them."""

    network: Network
    pair: Pair
    proxies: list[FleetProxy]
    balancer: Balancer
    vendor: Vendor
    journal: Journal
    alice: str = "alice"  # lacks nothing but what is in demo mode
    bob: str = "bob"  # lacks a product as well

    # What racing's clients ask for

    @property
    def site(self) -> "Fleet":
        return self

    @property
    def database(self) -> Postgres:
        return self.pair.primary.at(SHOP)

    def proxy(self, _: int) -> "Fleet":
        return self

    def connect(self, user: str) -> Session:
        """Return a connection through HAProxy."""
        return self.balancer.connect(user, SHOP)

    # Licenses

    @property
    def licensing(self) -> Licensing:
        """Licenses and seats, as an administrator with both addresses of the store changes them."""
        return Licensing(_Named(self.pair.dsn(LICENSES)), self.vendor)  # type: ignore[arg-type]

    def seated(self, product: str) -> list[str]:
        """Return who has seats by the primary's own word."""
        with self.pair.primary.connect(LICENSES) as session:
            asked = b"SELECT username FROM pgtoll.seat WHERE product = %s ORDER BY 1"
            return [str(row[0]) for row in session.execute(asked, [product]).fetchall()]


@contextmanager
def running_fleet(directory: Path, binaries: Path) -> Iterator[Fleet]:
    """Build it and run it while the context lasts. What is not ended dies with its namespaces."""
    network = Network()
    directory.chmod(0o755)
    network.add("lb")
    pair = Pair(network, directory, binaries)
    pair.start()
    vendor = _licensed(pair)
    trust = directory / "trust"
    trust.mkdir()
    (trust / "vendor.pub").write_bytes(vendor.public)
    proxies = []
    for number in (1, 2, 3):
        network.add(name := f"p{number}")
        options = _options(network, pair, trust)
        proxies.append(FleetProxy(name, network, options, directory))
    with ThreadPoolExecutor(len(proxies)) as pool:
        list(pool.map(FleetProxy.start, proxies))
    balancer = Balancer(network, proxies, directory)
    balancer.start()
    balancer.wait(WRITER, SHOP)
    yield Fleet(network, pair, proxies, balancer, vendor, Journal())


def _options(network: Network, pair: Pair, trust: Path) -> tuple[str, ...]:
    """The store is reached by the servers' second addresses: it can be cut off alone."""
    more = "target_session_attrs=read-write connect_timeout=2"
    return (
        *("--server", pair.dsn(SHOP, more), "--store", pair.dsn(LICENSES, more, which=1)),
        *("--trust", str(trust), "--listen", f"0.0.0.0:{PORT}", "--metrics", f"0.0.0.0:{METRICS}"),
        *("--proxy-protocol", network.address("lb"), "--store-grace", str(GRACE)),
        *("--drain-timeout", "3", "--preload-statements", "0"),
    )


def _licensed(pair: Pair) -> Vendor:
    """Two add-ons are licensed; base is in demo mode: it owns the tables of the race."""
    for name in (SHOP, LICENSES):
        database = pair.primary.at().new_database(name)
        asyncio.run(initialise(database.dsn))
    pair.primary.at(SHOP).execute(_SCHEMA)
    vendor = Vendor.new()
    licensing = Licensing(pair.primary.at(LICENSES), vendor)
    licensing.upload(
        vendor.product(), vendor.product(TOOLS, "Tool"),
        vendor.license(MARKETING, seats=3), vendor.license(TOOLS, seats=1),
    )  # fmt: skip
    licensing.grant(MARKETING, "alice", WRITER)
    return vendor


def empty(fleet: Fleet) -> None:
    """Empty the tables of the race."""
    fleet.database.execute(f"TRUNCATE {', '.join(TABLES)}")
