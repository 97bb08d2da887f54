"""Where the race is run: tables in demo mode, one table that is licensed, and three proxies."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from licensing import MARKETING
from proxies import Proxy, Session, Site, running_proxy

from racing.tally import Tally

TABLES = ("race.plain", "race.other", "race.parts", "race.heir")
MARKER = "top-secret-4711"
PROXIES = 3

_SCHEMA = """
DROP SCHEMA IF EXISTS race CASCADE;
CREATE SCHEMA race;
CREATE TABLE race.plain (who int, n int);
CREATE UNLOGGED TABLE race.other (who int, n int);
CREATE TABLE race.parts (who int, n int) PARTITION BY HASH (n);
CREATE TABLE race.parts0 PARTITION OF race.parts FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE race.parts1 PARTITION OF race.parts FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE race.parts2 PARTITION OF race.parts FOR VALUES WITH (MODULUS 3, REMAINDER 2);
CREATE TABLE race.heir () INHERITS (race.plain);
CREATE TABLE race.mrktvault (secret text);
INSERT INTO race.mrktvault VALUES ('{marker}');
CREATE FUNCTION race.peek() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  seen text;
BEGIN
  EXECUTE 'SELECT secret FROM race.mrkt' || 'vault' INTO seen;
  RETURN seen;
END
$$;
GRANT ALL ON SCHEMA race TO PUBLIC;
GRANT ALL ON ALL TABLES IN SCHEMA race TO PUBLIC;
"""


@dataclass
class Stable:
    """The proxies of the race. Each may be killed at any time, and is then started again."""

    site: Site
    _running: list[Proxy] = field(default_factory=list)
    _ends: list[ExitStack] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _born: dict[int, float] = field(default_factory=dict)  # when the proxy of a port began to serve

    def start(self) -> None:
        """Start all of them."""
        for _ in range(PROXIES):
            end = ExitStack()
            self._running.append(end.enter_context(self._new()))
            self._ends.append(end)

    def proxy(self, number: int) -> Proxy:
        """Return the proxy that runs in this place now, or did until a moment ago."""
        with self._lock:
            return self._running[number % PROXIES]

    def born(self, proxy: Proxy) -> float:
        """Return when a proxy began to serve."""
        return self._born[proxy.port]

    def kill(self, number: int) -> None:
        """End a proxy in the middle of whatever it does, and put another in its place."""
        self.proxy(number).process.send_signal(signal.SIGKILL)
        end = ExitStack()
        successor = end.enter_context(self._new())
        with self._lock:
            self._running[number % PROXIES] = successor
            self._ends[number % PROXIES], end = end, self._ends[number % PROXIES]
        end.close()

    def stop(self) -> None:
        """Stop all of them."""
        for end in self._ends:
            end.close()

    @contextmanager
    def _new(self) -> Iterator[Proxy]:
        with running_proxy(self.site.database, self.site.trust) as proxy:
            self._born[proxy.port] = time.monotonic()
            yield proxy


@contextmanager
def prepared_ground(site: Site) -> Iterator[Stable]:
    """Make the tables, license the vault to Alice, and run the proxies while it lasts.

    Base stays in demo mode. Of those who write, Alice lacks nothing and Bob lacks the vault.
    """
    site.run(_SCHEMA.format(marker=MARKER))
    vendor = site.vendor
    site.licensing.upload(vendor.product(), vendor.license(MARKETING, seats=2))
    site.licensing.grant(MARKETING, site.alice)
    stable = Stable(site)
    try:
        stable.start()
        yield stable
    finally:
        stable.stop()
        site.licensing.delete()
        site.run("DROP SCHEMA race CASCADE")


def clear(site: Site) -> None:
    """Empty the tables."""
    site.run(f"TRUNCATE {', '.join(TABLES)}")


def rows_of(beside: Session, table: str, who: int | None = None) -> int:
    """Return how many rows of a table are committed, or how many of them are somebody's."""
    mine = f" WHERE who = {who}" if who is not None else ""
    row = beside.execute(f"SELECT count(*) FROM {only(table)}{mine}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def only(table: str) -> str:
    """Return how to name a table without its heirs, but with its partitions."""
    return table if table == "race.parts" else f"ONLY {table}"


def watch(site: Site, tally: Tally, over: threading.Event) -> None:
    """Look at all tables, beside the proxies and as often as there is time, until it is over."""
    counts = ", ".join(f"(SELECT count(*) FROM {only(table)})" for table in TABLES)
    with site.database.connect() as beside:
        while not over.is_set():
            row = beside.execute(f"SELECT {counts}".encode()).fetchone()
            assert row is not None
            for table, rows in zip(TABLES, row, strict=True):
                tally.saw(table, rows)
            tally.count("looks")
            time.sleep(0.005)


def kill_in_turn(stable: Stable, tally: Tally, over: threading.Event, pause: float) -> None:
    """Kill one proxy after the other, until it is over."""
    number = 0
    while not over.wait(pause):
        stable.kill(number)
        tally.count("kills")
        number += 1
