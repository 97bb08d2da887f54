"""What one run of a workload on a path did and cost: the raw material of all figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from bench.unrest import Unrest

SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999, 1.0)


@dataclass(frozen=True, slots=True)
class Latencies:
    """How long transactions took, in ms: how many were timed, and the time at each of SHARES."""

    count: int
    times: tuple[float, ...]

    def at(self, share: float) -> float | None:
        """Return the time within which this share of them ended; None if they were too few."""
        if self.count * (1 - share) < 1 and share < 1:
            return None
        return self.times[SHARES.index(share)]


def latencies(measured: Sequence[float]) -> Latencies | None:
    """Sum up the times of transactions; None if there are none."""
    if not measured:
        return None
    ordered = sorted(measured)
    times = tuple(ordered[ceil(share * len(ordered)) - 1] for share in SHARES)
    return Latencies(len(ordered), times)


@dataclass(frozen=True, slots=True)
class Sample:
    """One run."""

    workload: str
    target: str
    round: int
    units: int  # what it did, in the workload's unit
    seconds: float  # of wall clock
    user: float  # CPU seconds of the programs in between, in user mode
    system: float  # and in the kernel
    latencies: Latencies | None = None
    known: int = 0  # statements whose facts were known already, of those looked for
    looked_for: int = 0
    unrest: Unrest | None = None  # not known of runs in older files

    def cpu(self) -> float | None:
        """Return the CPU time for a unit in µs, None without a program in between."""
        return self._per_unit(self.user + self.system)

    def cpu_user(self) -> float | None:
        """Return the part of it in user mode."""
        return self._per_unit(self.user)

    def cpu_system(self) -> float | None:
        """Return the part of it in the kernel."""
        return self._per_unit(self.system)

    def rate(self) -> float | None:
        """Return the units in a second."""
        return self.units / self.seconds

    def hits(self) -> float | None:
        """Return how many percent of the statements were known, None if there is no cache."""
        return self.known / self.looked_for * 100 if self.looked_for else None

    def latency(self, share: float) -> float | None:
        """Return the time within which this share of the transactions ended, in ms."""
        return self.latencies.at(share) if self.latencies else None

    def _per_unit(self, seconds: float) -> float | None:
        return seconds / self.units * 1e6 if self.user + self.system else None


@dataclass(frozen=True, slots=True)
class Idle:
    """What clients cost that have asked one thing and wait."""

    target: str
    round: int
    clients: int
    kilobytes: float  # more than without them

    @property
    def each(self) -> float:
        """The kB of one client."""
        return self.kilobytes / self.clients


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that came to nothing, and why."""

    workload: str
    target: str
    reason: str


Measure = Callable[[Sample], float | None]


def _within(share: float) -> Measure:
    return lambda sample: sample.latency(share)


MEASURES: dict[str, Measure] = {
    "CPU": Sample.cpu,
    "user": Sample.cpu_user,
    "system": Sample.cpu_system,
    "rate": Sample.rate,
    "hits": Sample.hits,
    "p50": _within(0.5),
    "p99": _within(0.99),
    "p99.9": _within(0.999),
}
