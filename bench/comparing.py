"""Whether two runs of the benchmark say the same, figure by figure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.figures import Key, Spread, figures
from bench.report import number, spelled
from bench.results import Results
from bench.table import markdown

# How much is done in a second, and how long it takes, depends on what else a machine is doing in
# that minute; these figures are comparisons already, or do not depend on it.
STEADY = ("CPU x PgBouncer", "rate x PgBouncer", "kB per client", "hits")


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure in an earlier run and in this one."""

    key: Key
    before: Spread
    now: Spread

    @property
    def agrees(self) -> bool:
        """Whether the median now lies within the spread of before."""
        return self.before.holds(self.now.median)

    @property
    def apart(self) -> bool:
        """Whether the two spreads have nothing in common."""
        return not self.before.meets(self.now)


def differences(before: Results, now: Results) -> list[Difference]:
    """Return all figures that both runs have."""
    earlier, later = figures(before), figures(now)
    return [Difference(key, earlier[key], later[key]) for key in later if key in earlier]


def compared(before: Results, now: Results) -> str:
    """Return how many figures agree, and a table of those that do not."""
    found = differences(before, now)
    disagreeing = [one for one in found if not one.agrees]
    parts = [f"Compared with the run of {before.began} UTC ({before.surroundings['commit']}):"]
    parts += list(_sums(found))
    rows = [_row(one) for one in disagreeing]
    if rows:
        headings = ["workload", "path", "figure", "before", "now", ""]
        parts += ["Median outside of the earlier spread:", markdown(headings, rows, words=3)]
    return "\n\n".join(parts)


def _sums(found: list[Difference]) -> Iterator[str]:
    steady = [one for one in found if one.key[2] in STEADY]
    for name, some in (("all figures", found), ("ratios, memory and hits", steady)):
        agreeing = sum(one.agrees for one in some)
        apart = sum(one.apart for one in some)
        yield (
            f"{name}: {agreeing} of {len(some)} medians lie within the earlier spread; "
            f"{apart} spreads have nothing in common"
        )
    counts = [(one.before.count, one.now.count) for one in found if one.key[2] != "hits"]
    if counts:
        typical = max(set(counts), key=counts.count)
        yield (
            f"By chance alone, with {typical[0]} and {typical[1]} rounds of the same thing, "
            f"{by_chance(*typical):.0%} of the medians would lie outside."
        )


def by_chance(before: int, now: int) -> float:
    """Return how often the median of some values lies outside of the spread of others like them.

    For the values that lie above: of all ways to mix the two in order, those in which the upper
    half of the new ones, with the median, comes after all the old ones. As many lie below.
    """
    half = now // 2 + 1
    share = 1.0
    for step in range(half):
        share *= (now - step) / (before + now - step)
    return 2 * share


def _row(one: Difference) -> list[str]:
    word = "apart" if one.apart else ""
    return [*one.key, spelled(one.before, number), spelled(one.now, number), word]
