"""What pgtoll wants to reach, and whether it did: most goals are ratios to PgBouncer."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.figures import Series, Spread, added, idle, ratios, series, spread
from bench.results import Results

OURS = "licensed"
Value = Callable[[Results], Spread | None]


@dataclass(frozen=True, slots=True)
class Goal:
    """One aim: a figure, and how much of it is enough."""

    title: str
    bound: float
    value: Value
    most: bool = True  # the bound is the most that it may be, not the least
    form: str = ".2f"

    @property
    def words(self) -> str:
        """The bound as people write it."""
        return f"{'≤' if self.most else '≥'} {self.spelled(self.bound)}"

    def spelled(self, value: float) -> str:
        """Return a value as tables show it."""
        return format(value, self.form)

    def reached(self, found: Spread) -> bool:
        """Return whether the median is good enough. It is compared as it is printed."""
        value = float(self.spelled(found.median))
        return value <= self.bound if self.most else value >= self.bound


def _ratio(workload: str, mine: str, other: str, measure: str) -> Value:
    """Return the ratio of one path's measure to another's."""

    def value(results: Results) -> Spread | None:
        one = series(results, workload, mine, measure)
        return spread(ratios(one, series(results, workload, other, measure)).values())

    return value


def _per_cpu(workload: str) -> Value:
    """Return the ratio of what is done in a CPU second to what PgBouncer does."""

    def value(results: Results) -> Spread | None:
        one, other = (series(results, workload, target, "CPU") for target in (OURS, "pgbouncer"))
        return spread(ratios(other, one).values())

    return value


def _added(workload: str, measure: str) -> Value:
    """Return the ratio of added latencies; rounds in which PgBouncer adds none are left out."""

    def value(results: Results) -> Spread | None:
        one, other = (added(results, workload, target, measure) for target in (OURS, "pgbouncer"))
        return spread(_positive(ratios(one, other)).values())

    return value


def _positive(found: Series) -> Series:
    return {number: max(0.0, value) for number, value in found.items()}


def _cpu(mode: str) -> Value:
    return _ratio(f"select-{mode}-8", OURS, "pgbouncer", "CPU")


GOALS = (
    Goal("CPU per query, pgbench -S prepared, 8 clients", 1.0, _cpu("prepared")),
    Goal("CPU per query, pgbench -S simple, 8 clients", 1.1, _cpu("simple")),
    Goal("CPU per query, pgbench -S extended, 8 clients", 1.1, _cpu("extended")),
    Goal(
        "added p99 latency, pgbench -S prepared, 8 clients",
        1.2,
        _added("select-prepared-8", "p99"),
    ),
    Goal(
        "throughput with two workers, pgbench -S prepared, 8 clients",
        1.0,
        _ratio("select-prepared-8", "licensed-2", "pgbouncer", "rate"),
        most=False,
    ),
    Goal(
        "the same, to two PgBouncers",
        1.0,
        _ratio("select-prepared-8", "licensed-2", "pgbouncer-2", "rate"),
        most=False,
    ),
    Goal("1 M rows as text, for each CPU second", 1.0, _per_cpu("rows-text"), most=False),
    Goal("1 M rows in binary, for each CPU second", 1.0, _per_cpu("rows-binary"), most=False),
    Goal("COPY out, MB for each CPU second", 1.0, _per_cpu("copy-out"), most=False),
    Goal("COPY in, MB for each CPU second", 1.0, _per_cpu("copy-in"), most=False),
    Goal(
        "throughput of the ORM trace, to Pgpool-II",
        2.0,
        _ratio("orm", OURS, "pgpool", "rate"),
        most=False,
    ),
    Goal("kB of an idle connection", 20.0, lambda results: idle(results, OURS), form=".1f"),
)
