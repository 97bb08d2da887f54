"""Clients in processes of their own: they begin together, and what they did is added up.

A run is a program of its own, so that its clients may fork whatever threads the harness has, and
so that nothing they need was made by the run before.
"""

import multiprocessing
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Protocol

from bench.pgbench import Address
from bench.workloads.workload import MOST_LATENCIES, Work, sample

READY_SECONDS = 60.0  # for all clients to connect

Begin = Callable[[], float]  # waits for the others; returns until when to work, by perf_counter


@dataclass(frozen=True, slots=True)
class Done:
    """What one client did, and when, by the clock that all processes share."""

    units: int
    began: float
    ended: float
    latencies: Sequence[float]  # ms


class Play(Protocol):
    """What one client does. It goes to another process, so it is pickled."""

    def __call__(self, address: Address, client: int, begin: Begin) -> Done:
        """Connect, `begin()`, work until then; RuntimeError says what has failed."""


def play(what: Play, address: Address, clients: int, seconds: float) -> Work:
    """Let so many clients play at the same time and return what they did together."""
    run = subprocess.run(
        [sys.executable, "-c", "from bench.workloads.at_once import main; main()"],
        input=pickle.dumps((what, address, clients, seconds)),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        check=False,
    )
    if run.returncode != 0:
        raise RuntimeError(f"the program of the clients ended with {run.returncode}")
    found: Work | str = pickle.loads(run.stdout)  # noqa: S301  # our own program's
    if isinstance(found, str):
        raise RuntimeError(f"on port {address.port}: {found}")
    return found


def loop(begin: Begin, steps: Callable[[], int]) -> Done:
    """Take steps until the time is over, at least one; a step returns the units it did."""
    clock, latencies, units = time.perf_counter, [], 0
    until = begin()
    began = before = clock()
    while True:
        units += steps()
        now = clock()
        latencies.append((now - before) * 1e3)
        before = now
        if now >= until:
            return Done(units, began, now, latencies)


def main() -> None:
    """Play what stands in the input, and write what came of it."""
    what, address, clients, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301  # as above
    sys.stdout.buffer.write(pickle.dumps(_together(what, address, clients, seconds)))


def _together(what: Play, address: Address, clients: int, seconds: float) -> Work | str:
    """Fork the clients and gather what they say; the first that failed speaks for all."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(clients)
    receivers = [
        _forked(context, _Client(what, address, number, seconds, barrier))
        for number in range(clients)
    ]
    found = [_received(receiver) for receiver in receivers]
    failed = [each for each in found if isinstance(each, str)]
    return min(failed, key=lambda text: text == _OTHERS) if failed else added(found)


def added(found: Sequence[Done | str]) -> Work:
    """Return what clients did together, with an equal share of the latencies of each."""
    done = [each for each in found if isinstance(each, Done)]
    seconds = max(each.ended for each in done) - min(each.began for each in done)
    share = MOST_LATENCIES // len(done)
    latencies = tuple(time for each in done for time in sample(each.latencies, share))
    return Work(sum(each.units for each in done), seconds, latencies)


_OTHERS = "another client has failed"


@dataclass(frozen=True, slots=True)
class _Client:
    """One client, in its process."""

    what: Play
    address: Address
    number: int
    seconds: float
    barrier: Barrier

    def __call__(self, sender: Connection) -> None:
        try:
            sender.send(self.what(self.address, self.number, self._begin))
        except BrokenBarrierError:
            sender.send(_OTHERS)
        except Exception as error:  # whatever it is, the parent has to hear of it
            self.barrier.abort()
            sender.send(f"{type(error).__name__}: {error}")

    def _begin(self) -> float:
        self.barrier.wait(READY_SECONDS)
        return time.perf_counter() + self.seconds


def _forked(context: ForkContext, client: _Client) -> Connection:
    receiver, sender = context.Pipe(duplex=False)
    context.Process(target=client, args=(sender,), daemon=True).start()
    sender.close()
    return receiver


def _received(receiver: Connection) -> Done | str:
    try:
        found: Done | str = receiver.recv()
    except EOFError:
        return "a client's process has ended"
    return found
