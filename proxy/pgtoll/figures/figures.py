"""What a process has done so far, in numbers that can be added up over processes."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds


@dataclass(slots=True)
class Times:
    """How long something took, each time: a histogram."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0  # seconds

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    def __iadd__(self, other: Times) -> Times:
        self.counts = [one + two for one, two in zip(self.counts, other.counts, strict=True)]
        self.total += other.total
        return self


@dataclass(frozen=True, slots=True)
class LicenseFigures:
    """How long a license is good for."""

    product: str
    type: str
    id: str
    days_left: float  # below zero when it has expired


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """What the licenses of a product give now."""

    product: str
    state: str  # demo, server, personal, or refused when none is in force
    seats: int  # bought and in force
    granted: int  # seats
    # Seconds until less is covered and nothing follows, below zero since nothing is covered; None
    # when that is not in sight.
    covered: float | None


@dataclass(slots=True)
class Figures:
    """The figures of one process, or of several."""

    program: tuple[str, ...] = ()  # its version, and how it was built

    workers: int = 0
    workers_wanted: int = 0
    draining: int = 0  # workers that take no more clients
    store_connected: int = 0  # workers that hear of changes
    sessions: Counter[str] = field(default_factory=Counter)  # now, by state
    accepted: int = 0  # connections
    cancels: int = 0  # cancel requests passed on
    refused: Counter[str] = field(default_factory=Counter)  # clients not served, by SQLSTATE
    from_clients: int = 0  # bytes
    from_servers: int = 0  # bytes
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)  # by kind and product
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)  # recorded, likewise
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)  # by SQLSTATE and rule
    facts: Counter[str] = field(default_factory=Counter)  # looked for in the cache, by outcome
    facts_preloaded: int = 0  # statements read at the start
    parse_times: Times = field(default_factory=Times)
    checks: Counter[str] = field(default_factory=Counter)  # asked of the database, by kind
    audit_backlog: int = 0  # records that have not been written yet
    audit_lost: Counter[str] = field(default_factory=Counter)  # by what they should have gone to
    traced: int = 0  # rounds, sent on as spans
    traces_lost: int = 0  # of those, or of their spans
    policies: int = 0  # how many have been in force
    policy_age: float = 0.0  # seconds
    policy_unconfirmed: float = 0.0  # seconds since it was last known to be what is stored
    policy_grace: float = 0.0  # seconds that it is gone by without
    lapsed: int = 0  # workers that go by it no more, and refuse everything
    store_problem: str = ""  # what keeps it from being confirmed
    catalog_stale: int = 0  # workers whose picture of the catalog may be out of date
    looks: int = 0  # at documents, seats and catalog, because they may have changed
    documents_rejected: int = 0  # stored ones that do not count, by any worker
    observing: int = 0  # workers that refuse nothing
    cap: int = 0  # rows of a table in demo mode
    clock_behind: float = 0.0  # seconds that the system's clock is behind the highest time seen
    parser_restarts: int = 0  # of processes that read SQL
    worker_restarts: int = 0
    most_clients: int = 0  # that may be served at once; 0 is any number
    cpu: float = 0.0  # seconds that workers have used
    resident: int = 0  # bytes of memory that workers hold
    licenses: tuple[LicenseFigures, ...] = ()
    products: tuple[ProductFigures, ...] = ()


# What does not add up over processes: the oldest or the highest is shown.
_HIGHEST = frozenset(
    {
        "policies", "policy_age", "policy_unconfirmed", "policy_grace", "documents_rejected", "cap",
        "clock_behind",
    }
)  # fmt: skip
# What every process knows of all: that of the first one who knows it is shown.
_SHARED = frozenset({"licenses", "products", "program", "store_problem"})


def together(all_figures: Iterable[Figures]) -> Figures:
    """The figures of several processes as one."""
    sum_ = Figures()
    for figures in all_figures:
        for name in Figures.__dataclass_fields__:
            one, other = getattr(sum_, name), getattr(figures, name)
            if name in _SHARED:
                together_now = one or other
            elif name in _HIGHEST:
                together_now = max(one, other)
            elif isinstance(one, Counter):
                one.update(other)  # a sum would leave out what is zero
                together_now = one
            else:
                one += other
                together_now = one
            setattr(sum_, name, together_now)
    return sum_
