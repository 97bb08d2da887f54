"""How the tests of a suite ended, directly and through the proxy, and where the two differ."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ABSENT = "not run"  # the outcome of a test that one side has and the other has not

Outcomes = Mapping[str, str]  # the outcome of each test: passed, failed, skipped, ...


@dataclass(frozen=True, slots=True)
class Round:
    """One run of a suite, or of some of its tests, on both sides."""

    direct: Outcomes
    proxied: Outcomes

    def unequal(self) -> list[str]:
        """Return the tests that ended otherwise through the proxy than directly."""
        tests = self.direct.keys() | self.proxied.keys()
        return sorted(t for t in tests if self.direct.get(t) != self.proxied.get(t))


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that did not end alike on both sides, with its outcomes in all rounds."""

    test: str
    direct: tuple[str, ...]
    proxied: tuple[str, ...]

    @property
    def flaky(self) -> bool:
        """Whether all that it did through the proxy, it did directly as well."""
        return set(self.proxied) <= set(self.direct)

    def __str__(self) -> str:
        return f"{self.test}: directly {_tally(self.direct)}; proxied {_tally(self.proxied)}"


def differences(rounds: Sequence[Round]) -> list[Difference]:
    """Return what differed in the first round, with what the further ones showed of it."""
    return [
        Difference(
            test,
            tuple(one.direct.get(test, ABSENT) for one in rounds),
            tuple(one.proxied.get(test, ABSENT) for one in rounds),
        )
        for test in rounds[0].unequal()
    ]


def _tally(outcomes: Iterable[str]) -> str:
    return ", ".join(f"{count}x {name}" for name, count in sorted(Counter(outcomes).items()))


def counts(outcomes: Outcomes) -> list[str]:
    """Return the cells of a table: tests, passed, failed in any way, skipped."""
    ended = Counter(outcomes.values())
    failed = len(outcomes) - ended["passed"] - ended["skipped"]
    return [f"{n:,}" for n in (len(outcomes), ended["passed"], failed, ended["skipped"])]


def read_record(file: Path) -> dict[str, str]:
    """Return what a recorder wrote: the last word on each test."""
    if not file.exists():
        return {}
    return dict(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
