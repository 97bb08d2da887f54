"""What is run: which workload on which paths, how often, and in which order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bench.targets import WAYS
from bench.workloads.workload import Workload

# These see every workload; the others only what they are there for, which saves half of the time.
MAIN = ("direct", "haproxy", "pgbouncer", "pgpool", "licensed", "demo", "observing")
SPECIAL: Mapping[str, Sequence[str]] = {
    "judged": ("select-*-8", "orm*"),
    "licensed-2": ("select-prepared-8", "select-prepared-64"),
    "pgbouncer-2": ("select-prepared-8", "select-prepared-64"),
}
IDLE = ("haproxy", "pgbouncer", "pgpool", "licensed", "demo")
IDLE_ROUNDS = 2  # at most: memory spreads little, and that many servers take long to start
FEW = 32  # clients; more of them run longer, for they all have to log in first
# What goals for a query go by runs so many times as long, so that logging in does not show.
LONG, LONGER = "select-*-8", 3.0
OVERHEAD_SECONDS = 0.4  # of a run, beside the seconds that are measured
WARM_UP = 0.6  # seconds of a run that does not count


@dataclass(frozen=True, slots=True)
class Plan:
    """One whole benchmark."""

    workloads: Sequence[Workload]
    targets: Sequence[str]
    rounds: int
    seconds: float  # of a run of few clients
    idle: int  # clients that wait, 0 to leave that out
    whole: bool  # nothing was left out

    def seconds_of(self, workload: Workload) -> float:
        """Return how long a workload runs each time."""
        longer = LONGER if chosen(workload.name, [LONG]) else 1.0
        return self.seconds * max(longer, workload.clients / FEW)

    def targets_of(self, workload: Workload) -> list[str]:
        """Return the paths that a workload takes, in the order in which tables show them."""
        return [name for name in self.targets if _takes(name, workload.name)]

    def turns(self, number: int) -> Iterator[tuple[Workload, str]]:
        """Yield what a round runs. Each path is at another place in each round and workload."""
        for index, workload in enumerate(self.workloads):
            names = self.targets_of(workload)
            first = (number + index) % max(1, len(names))
            for name in names[first:] + names[:first]:
                yield workload, name

    @property
    def clients(self) -> int:
        """The most clients that are there at the same time, but for those that are idle."""
        return max((one.clients for one in self.workloads), default=1)

    @property
    def idle_targets(self) -> list[str]:
        """The paths whose idle clients are measured."""
        return [name for name in self.targets if name in IDLE and self.idle]

    @property
    def idle_rounds(self) -> int:
        """How often idle clients are measured."""
        return min(self.rounds, IDLE_ROUNDS)

    @property
    def minutes(self) -> float:
        """How long it may take, without what has to be made before."""
        turns = [self.seconds_of(workload) for workload, _ in self.turns(0)]
        idle = self.idle_rounds * len(self.idle_targets) * (4 + self.idle / 100)
        runs = sum(WARM_UP + self.rounds * (each + OVERHEAD_SECONDS) for each in turns)
        return (runs + idle) / 60


def _takes(target: str, workload: str) -> bool:
    patterns = SPECIAL.get(target)
    return patterns is None or chosen(workload, patterns)


def chosen(name: str, patterns: Sequence[str]) -> bool:
    """Return whether a name is one of those that the patterns mean: `select-*`."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def known_targets() -> list[str]:
    """Return the paths that a benchmark can take."""
    return [name for name in WAYS if name in MAIN or name in SPECIAL]
