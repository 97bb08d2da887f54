"""Runs that something else disturbed, and slow ones: what is to be known of a figure's far end.

No run is left out for it. Who sees a spread can see here what was the matter, or that nothing was:
a slow run of a machine that was idle meanwhile let its clients wait for something else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from bench.results import Results
from bench.samples import Sample
from bench.unrest import Unrest

# The share of the CPU time from which on a run counts as disturbed. Two programs that do the same
# spread by a twentieth on a machine that is theirs.
DISTURBING = 0.1
# A run that did less than this part of what its path usually does in a second is slow.
SLOW = 0.5
MARK = "†"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A run that something else disturbed, or that was slow."""

    sample: Sample
    speed: float  # its rate, as a part of the median of all rounds

    @property
    def words(self) -> str:
        """What is known of it."""
        told = f"round {self.sample.round}: {self.speed:.0%} of the usual rate"
        unrest = self.sample.unrest
        return f"{told}; {_became_of(unrest)}" if unrest else told


def disturbances(results: Results) -> list[Disturbance]:
    """Return all such runs, as tables have them."""
    return [one for pair in results.pairs() for one in _of(results, *pair)]


def footnotes(results: Results, workload: str, target: str) -> list[str]:
    """Return what is to be said of a path's runs of a workload, if anything is."""
    found = _of(results, workload, target)
    return [f"{MARK} {target}, {one.words}" for one in found]


def _of(results: Results, workload: str, target: str) -> Iterator[Disturbance]:
    samples = results.of(workload, target).values()
    usual = median(sample.units / sample.seconds for sample in samples)
    for sample in samples:
        speed = sample.units / sample.seconds / usual
        if speed < SLOW or (sample.unrest and sample.unrest.disturbing >= DISTURBING):
            yield Disturbance(sample, speed)


def _became_of(unrest: Unrest) -> str:
    shares = {
        "stolen by the host": unrest.stolen,
        "other programs'": unrest.others,
        "nobody's": unrest.idle,
    }
    parts = [f"{seconds / unrest.there:.0%} {whose}" for whose, seconds in shares.items()]
    waited = f"the path's threads waited {unrest.waited:.2f} s for a processor"
    return f"of the CPU time {', '.join(parts)}; {waited}"
