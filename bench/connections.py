"""What clients cost by coming and going.

Run as `make bench-connections`, or `PYTHONPATH=.:tests python -m bench.connections --help`. In turn
directly, past PgBouncer (which keeps the server's connections) and past the proxy, clients log in,
run one query and leave: how many in a second, the CPU time of the process for each, and what it
holds more afterwards. What clients cost that wait is a part of `make bench`.

PgBouncer, with session pooling, hands on servers that it has ready; the proxy has PostgreSQL start
a process for each client and logs in to it, which is part of what is measured. On a small machine
that limits the rate, so in the row "quick" the proxy's server is a PgBouncer: this is what one
worker can take. With --tls clients encrypt, but for those that connect directly.
"""

import argparse
import os
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from statistics import median

from bench.pgbench import USER, Address
from bench.processes import cpu_seconds, resident_kilobytes
from bench.sites import Target, end_on_signal, nothing, temporary_site
from bench.surroundings import machine
from bench.table import columns
from bench.targets import started
from raw_client import SSL_REQUEST, RawClient

from pgtoll.wire.messages import TERMINATE, query
from pgtoll.wire.startup import ACCEPTED

AT_ONCE = 8  # clients that come and go side by side
SETTLE_SECONDS = 1.0  # for what a client leaves behind to be put away


@dataclass(frozen=True, slots=True)
class Churn:
    """What coming and going did to a process."""

    connections: int
    seconds: float
    cpu: float  # seconds of the process
    descriptors: int  # more than before
    kilobytes: int  # more than before


def main() -> None:
    """Measure and print the tables."""
    options = _options(sys.argv[1:])
    end_on_signal()
    print(machine(), flush=True)
    names = ["direct", "pgbouncer", "licensed", "judged", "quick"]
    with ExitStack() as kept:
        site, _ = kept.enter_context(temporary_site(1, nothing))
        targets = kept.enter_context(started(replace(site, encrypted=options.tls), names))
        rounds = [
            (target.name, churn(target, options.seconds))
            for _ in range(options.rounds)
            for target in targets
        ]
    headings = ["way", "connections", "per second", "CPU us each", "descriptors", "kB more"]
    print("\n" + columns(headings, [_row(name, found) for name, found in rounds]))
    print("\n" + columns(["way", "CPU us, median", "of PgBouncer's"], _compared(rounds)))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.connections", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of coming and going")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tls", action="store_true", help="clients encrypt")
    return parser.parse_args(arguments)


def connected(address: Address) -> RawClient:
    """Connect, and encrypt if the address wants it."""
    client = RawClient(address.port)
    if address.encrypted:
        client.send(SSL_REQUEST)
        if client.read_byte() != ACCEPTED:
            raise RuntimeError(f"port {address.port} has no TLS")
        client.socket = _encrypting().wrap_socket(client.socket)
    return client


@cache
def _encrypting() -> ssl.SSLContext:
    """What clients make of TLS: it is made for once, and the certificate is believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def churn(target: Target, seconds: float) -> Churn:
    """Let clients come and go for some seconds; say what is left of them."""
    _visits(target.address, time.monotonic() + SETTLE_SECONDS)  # what is made once is there
    time.sleep(SETTLE_SECONDS)
    descriptors, kilobytes, cpu = _held(target.pid), _held_kilobytes(target.pid), _cpu(target.pid)
    begin = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = pool.map(_visits, [target.address] * AT_ONCE, [begin + seconds] * AT_ONCE)
        connections = sum(counts)
    taken = time.monotonic() - begin
    time.sleep(SETTLE_SECONDS)
    return Churn(
        connections,
        taken,
        _cpu(target.pid) - cpu,
        _held(target.pid) - descriptors,
        _held_kilobytes(target.pid) - kilobytes,
    )


def _visits(address: Address, until: float) -> int:
    """Log in, ask one thing and leave, until then; return how often."""
    done = 0
    while time.monotonic() < until:
        with connected(address) as client:
            client.start(USER, address.dbname)
            client.send(query(b"SELECT 1"))
            client.replies()
            client.send(TERMINATE)
        done += 1
    return done


def _cpu(pid: int) -> float:
    return cpu_seconds(pid) if pid else 0.0


def _held_kilobytes(pid: int) -> int:
    return round(resident_kilobytes(pid)) if pid else 0


def _held(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd")) if pid else 0


def _compared(rounds: list[tuple[str, Churn]]) -> list[list[str]]:
    """Return rows that compare what a connection costs with what it costs PgBouncer."""
    costs: dict[str, list[float]] = {}
    for name, found in rounds:
        if found.cpu:
            costs.setdefault(name, []).append(found.cpu / found.connections * 1e6)
    medians = {name: median(each) for name, each in costs.items()}
    return [
        [name, f"{cost:.0f}", f"{cost / medians['pgbouncer']:.1f}"]
        for name, cost in medians.items()
    ]


def _row(name: str, found: Churn) -> list[str]:
    rate, cost = found.connections / found.seconds, found.cpu / found.connections
    counts = [found.connections, round(rate), round(cost * 1e6), found.descriptors, found.kilobytes]
    return [name, *map(str, counts)]


if __name__ == "__main__":
    main()
