"""What came of statements behind the proxy, beside what came of them without it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from bench.honest.replay import Outcome
from bench.table import columns

HEADINGS = ["source", "statements", "refused", "other", "withheld", "checked", "refused %"]


class Came(Enum):
    """How a statement's outcome compares."""

    SAME = "same"
    REFUSED = "refused"  # by pgtoll; without it there is no error
    OTHER = "other"  # another result or error than without pgtoll, mostly for a refusal before it
    WITHHELD = "withheld"  # it fails in either case, and its own error did not pass
    VOLATILE = "volatile"  # without pgtoll it comes out now so, now so


def compare(beside: Outcome, again: Outcome, behind: Outcome) -> Came:
    """Say how the outcome behind the proxy compares with two beside it."""
    if behind.refusal and not beside.states:
        return Came.REFUSED
    if beside.states != again.states:
        return Came.VOLATILE
    if beside.states and (behind.withheld or behind.refusal):
        return Came.WITHHELD
    if behind.states != beside.states:
        return Came.OTHER
    if not beside.states and behind.digest != beside.digest:
        return Came.OTHER if beside.digest == again.digest else Came.VOLATILE
    return Came.SAME


@dataclass(slots=True)
class Tally:
    """The counts of one line of the table."""

    statements: int = 0
    counts: dict[Came, int] = field(default_factory=dict)
    checked: int = 0  # how often the server's account was asked for

    def add(self, came: Iterable[Came], checked: int) -> None:
        for one in came:
            self.statements += 1
            self.counts[one] = self.counts.get(one, 0) + 1
        self.checked += checked

    def of(self, came: Came) -> int:
        return self.counts.get(came, 0)

    @property
    def rate(self) -> float:
        """The share of wrong refusals, in percent."""
        return 100 * self.of(Came.REFUSED) / max(1, self.statements)


def table(tallies: dict[str, Tally]) -> str:
    """Return the table, with a line for all."""
    return columns(HEADINGS, [_row(*item) for item in [*tallies.items(), ("all", total(tallies))]])


def total(tallies: dict[str, Tally]) -> Tally:
    """Return the counts of all lines."""
    everything = Tally()
    for tally in tallies.values():
        everything.statements += tally.statements
        everything.checked += tally.checked
        for came, count in tally.counts.items():
            everything.counts[came] = everything.counts.get(came, 0) + count
    return everything


def _row(name: str, tally: Tally) -> Sequence[str]:
    numbers = (tally.statements, *map(tally.of, (Came.REFUSED, Came.OTHER, Came.WITHHELD)))
    return [name, *(f"{n:,}" for n in (*numbers, tally.checked)), f"{tally.rate:.3f}"]
