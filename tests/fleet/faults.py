"""What goes wrong in a fleet, one thing at a time, and what must hold meanwhile and afterwards."""

import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
from proxies import eventually
from psycopg import errors
from racing.seats import crowding
from racing.tally import Tally

from fleet.parts import GRACE, FleetProxy
from fleet.site import READER, SHOP, WRITER, Fleet

Fault = Callable[[Fleet, Tally, FleetProxy], None]

READY_SECONDS = 60.0  # for a proxy to be ready again, on a busy machine
CONFIRMED = 5.5  # seconds: of a store that is there each proxy has heard since then
MOMENT = (2.0, 6.0)  # how long most things last, in seconds


def _moment() -> None:
    time.sleep(random.uniform(*MOMENT))  # noqa: S311


def _ready(fleet: Fleet, tally: Tally) -> None:
    """See that all are ready again, and that clients are served."""
    for proxy in fleet.proxies:
        if not eventually(lambda proxy=proxy: proxy.ready()[0] == 200, within=READY_SECONDS):  # type: ignore[misc]
            tally.complain("not ready again", f"{proxy.name}: {proxy.ready()}")
    if not eventually(lambda: fleet.balancer.serves(WRITER, SHOP), within=READY_SECONDS):
        tally.complain("not ready again", "nobody is served through HAProxy")


def calm(fleet: Fleet, tally: Tally) -> None:
    """See that the store has confirmed to all what is licensed, so that a new trouble is one.

    After some faults nothing can be committed for seconds: a standby has to come back first.
    """
    waited = eventually(
        lambda: all(proxy.unconfirmed() < CONFIRMED for proxy in fleet.proxies),
        within=READY_SECONDS,
    )
    if not waited:
        tally.complain("not ready again", "what is licensed is not confirmed to all")


def kill_a_proxy(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """End a proxy in the middle of whatever it does."""
    with fleet.journal.disturbing(proxy.name):
        proxy.send(signal.SIGKILL)
        proxy.wait()
        _moment()
        proxy.start()


def drain_a_proxy(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """Stop a proxy as a service manager does: nobody who connects then is turned away."""
    with fleet.journal.disturbing(proxy.name):
        proxy.send(signal.SIGTERM)
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            try:
                fleet.connect(WRITER).close()
            except psycopg.OperationalError as exc:
                tally.complain("turned away", f"while {proxy.name} stopped: {exc}")
            tally.count("connections while a proxy stopped")
            time.sleep(0.05)
        proxy.wait()
        proxy.start()


def pause_a_proxy(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """Let a proxy stand still, as on a machine that is suspended."""
    with fleet.journal.disturbing(proxy.name):
        proxy.send(signal.SIGSTOP)
        _moment()
        proxy.send(signal.SIGCONT)


def cut_a_proxy_off_the_database(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """Cut a proxy off from both servers."""
    with fleet.journal.disturbing(proxy.name):
        for node in fleet.pair.nodes:
            for which in (0, 1):
                fleet.network.cut(proxy.address, fleet.network.address(node.name, which))
        _moment()
        fleet.network.heal()


def cut_a_proxy_off_its_clients(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """Cut a proxy off from HAProxy."""
    with fleet.journal.disturbing(proxy.name):
        fleet.network.cut(proxy.address, fleet.balancer.address)
        _moment()
        fleet.network.heal()


def cut_a_proxy_off_the_store_briefly(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """Cut a proxy off from the store alone, for less than it goes on without."""
    with fleet.journal.disturbing(proxy.name):
        _cut_off_the_store(fleet, proxy)
        _moment()
        fleet.network.heal()


def cut_a_proxy_off_the_store(fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
    """Cut a proxy off from the store for longer: it goes on, and then refuses everything."""
    with fleet.journal.disturbing(proxy.name), proxy.connect(WRITER, SHOP) as session:
        began = time.monotonic()
        _cut_off_the_store(fleet, proxy)
        ask = b"SELECT count(*) FROM public.mrktvault"
        lasted = 0.0
        while (elapsed := time.monotonic() - began) < GRACE + 8 * crowding():
            try:
                session.execute(ask, prepare=random.random() < 0.5)  # noqa: S311
                lasted = time.monotonic() - began
            except errors.CannotConnectNow as exc:
                if "store_grace" not in str(exc):
                    tally.complain("unclear refusals", str(exc))
                break
            time.sleep(0.1)
        tally.count("stale proxies that went on")
        if lasted < GRACE - 6.5:
            tally.complain("lapsed too early", f"{proxy.name} after {elapsed:.1f} s")
        if lasted > GRACE + 2 * crowding():
            tally.complain("went on too long", f"{proxy.name}, {lasted:.1f} s")
        status, said = proxy.ready()
        if status != 503 or "store" not in said:
            tally.complain("wrongly ready", f"{proxy.name}: {status} {said}")
        with suppress(psycopg.OperationalError):
            proxy.connect(READER, SHOP).close()
            tally.complain("wrongly let in", proxy.name)
        fleet.network.heal()


def _cut_off_the_store(fleet: Fleet, proxy: FleetProxy) -> None:
    for node in fleet.pair.nodes:
        fleet.network.cut(proxy.address, fleet.network.address(node.name, 1))


def lose_the_primary(fleet: Fleet, tally: Tally, _: FleetProxy) -> None:
    """End the primary's machine, promote the standby, and let the old primary follow it."""
    with fleet.journal.disturbing():
        fleet.pair.primary.die()
        _moment()
        fleet.pair.promote()
        _ready(fleet, tally)
    fleet.pair.rejoin()
    tally.count("promotions")


def isolate_the_primary(fleet: Fleet, tally: Tally, _: FleetProxy) -> None:
    """Cut the primary off from its standby, which is promoted: the old one answers as before."""
    with fleet.journal.disturbing():
        old, new = fleet.pair.primary, fleet.pair.standby
        fleet.network.cut(old.address, new.address)
        _moment()
        fleet.pair.promote()
        _moment()
        old.die()
        fleet.network.heal()
        _ready(fleet, tally)
    fleet.pair.rejoin()
    tally.count("promotions")


def pause_the_primary(fleet: Fleet, tally: Tally, _: FleetProxy) -> None:
    """Let the primary stand still."""
    with fleet.journal.disturbing():
        fleet.pair.primary.pause(on=True)
        _moment()
        fleet.pair.primary.pause(on=False)


def restart_the_primary(fleet: Fleet, tally: Tally, _: FleetProxy) -> None:
    """End the primary's machine, and start it again as what it was."""
    with fleet.journal.disturbing():
        fleet.pair.primary.die()
        fleet.pair.primary.start()
        _ready(fleet, tally)


def restart_haproxy(fleet: Fleet, tally: Tally, _: FleetProxy) -> None:
    """End HAProxy and start it again."""
    fleet.balancer.stop()
    time.sleep(0.5)
    fleet.balancer.start()
    fleet.balancer.wait(WRITER, SHOP)


def restart_all_in_turn(fleet: Fleet, tally: Tally, _: FleetProxy) -> None:
    """Replace all proxies, one after the other, as for a new version."""
    for proxy in fleet.proxies:
        drain_a_proxy(fleet, tally, proxy)
        _ready(fleet, tally)


FAULTS: tuple[Fault, ...] = (
    kill_a_proxy,
    lose_the_primary,
    cut_a_proxy_off_the_store,
    drain_a_proxy,
    cut_a_proxy_off_the_database,
    pause_a_proxy,
    isolate_the_primary,
    cut_a_proxy_off_its_clients,
    pause_the_primary,
    cut_a_proxy_off_the_store_briefly,
    restart_haproxy,
    restart_all_in_turn,
    restart_the_primary,
)
FEW: tuple[Fault, ...] = (kill_a_proxy, cut_a_proxy_off_the_database, lose_the_primary)


def play(fault: Fault, fleet: Fleet, tally: Tally) -> None:
    """Do one of them to some proxy, and wait until all is well again."""
    proxy = random.choice(fleet.proxies)  # noqa: S311
    fault(fleet, tally, proxy)
    _ready(fleet, tally)
    tally.count("faults")
