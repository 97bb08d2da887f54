"""The loop that measures: round after round, every path in turn for each workload."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import groupby
from time import strftime
from types import FrameType

import psycopg
from bench.caches import Cache
from bench.leftovers import Leftovers
from bench.plan import Plan
from bench.processes import Clock, clock
from bench.samples import Failure, Sample, latencies
from bench.sites import Target
from bench.targets import PROXIES
from bench.unrest import moment
from bench.workloads.workload import Workload
from servers import Postgres

WARM_UP_SECONDS = 0.2
LIMIT_SECONDS = 120.0  # that a run may take longer than it should: then something waits for ever
Say = Callable[[str], None]
Outcome = Sample | Failure


def measured(
    plan: Plan, targets: Mapping[str, Target], server: Postgres, say: Say
) -> Iterator[Outcome]:
    """Run everything, and yield what comes of it as it comes.

    What fails once on a path is not tried there again. First, everything runs for a moment and
    is not counted: what is made once is there then, on every path.
    """
    broken: set[tuple[str, str]] = set()
    with ExitStack() as stack:
        left = stack.enter_context(Leftovers(server))
        caches = {
            name: stack.enter_context(Cache(target.address))
            for name, target in targets.items()
            if name in PROXIES
        }
        meters = {name: Meter(target, left, caches.get(name)) for name, target in targets.items()}
        for number in range(plan.rounds + 1):
            say(f"{strftime('%H:%M:%S')} " + _round(number, plan.rounds))
            for outcome in _round_of(plan, meters, number, broken, say):
                if number or isinstance(outcome, Failure):
                    yield outcome


def _round_of(
    plan: Plan, meters: Mapping[str, "Meter"], number: int, broken: set[tuple[str, str]], say: Say
) -> Iterator[Outcome]:
    """Run everything once. What is broken already is left out, and what breaks is added to it."""
    for workload, turns in groupby(plan.turns(number), key=lambda turn: turn[0]):
        seconds = plan.seconds_of(workload) if number else WARM_UP_SECONDS
        rates: dict[str, str] = {}
        for name in [name for _, name in turns]:
            if (workload.name, name) in broken or name not in meters:
                continue
            outcome = meters[name].outcome(workload, number, seconds)
            yield outcome
            if isinstance(outcome, Failure):
                broken.add((workload.name, name))
                say(f"  {workload.name} on {name} failed: {outcome.reason}")
            else:
                rates[name] = f"{name} {outcome.rate():,.0f}"
        if number:
            ordered = [rates[name] for name in plan.targets if name in rates]
            say(f"  {workload.name}, {workload.unit}/s: {', '.join(ordered)}")


def _round(number: int, rounds: int) -> str:
    return f"round {number} of {rounds}" if number else "warming up"


class Meter:
    """One path, and what is read of the programs on it before and after each run."""

    def __init__(self, target: Target, left: Leftovers, cache: Cache | None) -> None:
        self._target, self._left, self._cache = target, left, cache

    def outcome(self, workload: Workload, number: int, seconds: float) -> Outcome:
        """Run a workload once."""
        try:
            with no_longer_than(seconds + LIMIT_SECONDS):
                return self._sample(workload, number, seconds)
        except (RuntimeError, OSError, psycopg.Error) as exc:
            return Failure(workload.name, self._target.name, _first_line(exc))

    def _sample(self, workload: Workload, number: int, seconds: float) -> Sample:
        known, looked_for = self._counts()
        then, before = moment(self._target.pids), self._clocks()
        work = workload.run(self._target.address, seconds)
        user, system = used(before, self._clocks())
        unrest = moment(self._target.pids).since(then)
        if work.units <= 0:
            raise RuntimeError("it did nothing")
        if count := self._left.open_transactions(self._target.address.dbname):
            raise RuntimeError(f"it left {count} transactions open")
        now_known, now_looked_for = self._counts()
        return Sample(
            workload.name,
            self._target.name,
            number,
            work.units,
            work.seconds,
            user,
            system,
            latencies(work.latencies),
            now_known - known,
            now_looked_for - looked_for,
            unrest,
        )

    def _clocks(self) -> list[Clock]:
        return [clock(pid) for pid in self._target.pids]

    def _counts(self) -> tuple[int, int]:
        return self._cache.counts() if self._cache else (0, 0)


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raise TimeoutError from what takes longer. Only for the main thread."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"no end after {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def used(before: list[Clock], after: list[Clock]) -> tuple[float, float]:
    """Return the CPU seconds of some programs between two readings: user, system."""
    parts = [now.since(then) for then, now in zip(before, after, strict=True)]
    return sum(user for user, _ in parts), sum(system for _, system in parts)


def _first_line(exc: Exception) -> str:
    return (str(exc).strip() or type(exc).__name__).splitlines()[0]
