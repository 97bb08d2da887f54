"""From samples to figures: medians with the least and the most, and ratios within a round.

A ratio compares two runs of the same round, which stood beside each other in time. The figure is
the median of these ratios, never the ratio of two medians or of two best runs.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from bench.results import Results
from bench.samples import MEASURES

YARDSTICK = "pgbouncer"
BESIDE = "direct"  # what latency is added to
LATENCIES = ("p50", "p99", "p99.9")
IDLE = "idle"  # the place of a workload's name in the keys of figures about idle clients

Series = Mapping[int, float]  # round -> value
Key = tuple[str, str, str]  # workload, target, what the figure is


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some values, and how far they lie apart."""

    median: float
    low: float
    high: float
    count: int

    def holds(self, value: float) -> bool:
        """Return whether a value lies within the spread."""
        return self.low <= value <= self.high

    def meets(self, other: "Spread") -> bool:
        """Return whether two spreads have something in common."""
        return self.low <= other.high and other.low <= self.high


def spread(values: Iterable[float]) -> Spread | None:
    """Sum up values; None if there are none."""
    found = list(values)
    return Spread(median(found), min(found), max(found), len(found)) if found else None


def series(results: Results, workload: str, target: str, measure: str) -> Series:
    """Return a measure of a workload on a path in each round in which there is one."""
    found = {
        number: MEASURES[measure](sample) for number, sample in results.of(workload, target).items()
    }
    return {number: value for number, value in found.items() if value is not None}


def added(results: Results, workload: str, target: str, measure: str) -> Series:
    """Return by how much a measure is more than directly, in the same round."""
    return paired(
        series(results, workload, target, measure),
        series(results, workload, BESIDE, measure),
        lambda value, beside: value - beside,
    )


def ratios(mine: Series, others: Series) -> Series:
    """Return the quotients within each round; rounds in which there is none are left out."""
    there = {number: value for number, value in others.items() if value > 0}
    return paired(mine, there, lambda value, other: value / other)


def paired(one: Series, other: Series, how: Callable[[float, float], float]) -> Series:
    """Combine two series round by round."""
    return {number: how(one[number], other[number]) for number in one if number in other}


def to_yardstick(results: Results, workload: str, target: str, measure: str) -> Series:
    """Return a measure as a multiple of PgBouncer's."""
    yardstick = series(results, workload, YARDSTICK, measure)
    return ratios(series(results, workload, target, measure), yardstick)


def figures(results: Results) -> dict[Key, Spread]:
    """Return every figure that there is."""
    found: dict[Key, Spread | None] = {}
    for workload, target in results.pairs():
        for what, values in _all_series(results, workload, target):
            found[workload, target, what] = spread(values.values())
    for target in results.targets:
        found[IDLE, target, "kB per client"] = idle(results, target)
    return {key: value for key, value in found.items() if value is not None}


def _all_series(results: Results, workload: str, target: str) -> list[tuple[str, Series]]:
    plain = [(name, series(results, workload, target, name)) for name in MEASURES]
    if target == BESIDE:
        return plain
    more = [(f"added {name}", added(results, workload, target, name)) for name in LATENCIES]
    if target == YARDSTICK:
        return plain + more
    ratio = [
        (f"{name} x PgBouncer", to_yardstick(results, workload, target, name))
        for name in ("CPU", "rate")
    ]
    return plain + more + ratio


def idle(results: Results, target: str) -> Spread | None:
    """Return the kB of an idle client on a path."""
    return spread(one.each for one in results.idle if one.target == target)
