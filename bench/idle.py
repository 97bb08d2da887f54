"""What a client costs by being there: memory, measured on proxies that have done nothing else.

Each client logs in, asks one thing, so that whoever keeps a server for it has one, and waits. The
second half of them counts: the first may fit into memory that was needed before and is free again.
"""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from bench.pgbench import USER
from bench.plan import Plan
from bench.processes import resident_kilobytes
from bench.samples import Failure, Idle
from bench.sites import Site, Target, nothing, temporary_site
from bench.targets import started
from raw_client import RawClient

from pgtoll.wire.messages import query

SETTLE_SECONDS = 0.5  # for what a program does when it has just started, or taken clients in
WORKLOAD = "idle"  # what failures are listed under


def idle(plan: Plan, say: Callable[[str], None]) -> Iterator[Idle | Failure]:
    """Measure the idle clients of each path, each time on a new program and a new database."""
    names = plan.idle_targets
    if not names:
        return
    _allow_descriptors(3 * plan.idle)
    settings = {"max_connections": str(2 * plan.idle + 100), "shared_buffers": "16MB"}
    with temporary_site(1, nothing, **settings) as (site, _):
        for number in range(1, plan.idle_rounds + 1):
            now = time.strftime("%H:%M:%S")
            say(f"{now} {plan.idle} idle clients, {number} of {plan.idle_rounds}")
            for name in names[number % len(names) :] + names[: number % len(names)]:
                yield _outcome(_new(site, number, plan.idle), name, number, plan.idle)


def _new(site: Site, number: int, clients: int) -> Site:
    """Return the site with names of its own for all that is made in one round."""
    directory = site.directory / str(number)
    directory.mkdir(exist_ok=True)
    return replace(site, directory=directory, suffix=f"_{number}", clients=clients + 1)


def _outcome(site: Site, name: str, number: int, clients: int) -> Idle | Failure:
    try:
        with started(site, [name]) as (target,):
            return replace(grown(target, clients), round=number)
    except (RuntimeError, OSError) as exc:
        return Failure(WORKLOAD, name, str(exc).strip().splitlines()[0])


def grown(target: Target, clients: int) -> Idle:
    """Let clients log in, ask one thing and wait; say what the second half of them costs."""
    first = clients // 2
    with ExitStack() as stack:
        for _ in range(first):
            _enter(stack, target)
        before = _settled(target)
        for _ in range(clients - first):
            _enter(stack, target)
        return Idle(target.name, 0, clients - first, _settled(target) - before)


def _settled(target: Target) -> float:
    time.sleep(SETTLE_SECONDS)
    return sum(map(resident_kilobytes, target.pids))


def _enter(stack: ExitStack, target: Target) -> None:
    client = stack.enter_context(RawClient(target.address.port))
    client.start(USER, target.address.dbname)
    client.send(query(b"SELECT 1"))
    if b"D" not in {kind for kind, _ in client.replies()}:
        raise RuntimeError(f"{target.name} let in fewer clients than that")


def _allow_descriptors(number: int) -> None:
    """Let this process and those it starts have so many files open, if the system does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(hard, number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
