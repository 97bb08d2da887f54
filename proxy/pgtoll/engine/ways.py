"""The best way there is to each check, by what a server can do."""

from dataclasses import dataclass
from enum import Enum

from pgtoll.engine.abilities import Abilities


class Cap(Enum):
    """How the tables are found that got rows in demo mode."""

    COUNTS = "counts"  # the server counts what a transaction does to each table
    LOCKS = "locks"  # it shows the locks only: what may have got rows is counted
    NAMES = "names"  # reading names them; what reading cannot tell is refused


class Watch(Enum):
    """How much the server shows of what code does that nobody has read."""

    WHOLE = "whole"  # all of it
    ACCOUNT = "account"  # not what parallel workers and statistics have told: for superusers only
    NONE = "none"  # too little to let any run for who lacks a license


@dataclass(frozen=True, slots=True)
class Ways:
    """What was chosen for one server."""

    cap: Cap = Cap.COUNTS
    watch: Watch = Watch.WHOLE
    hears: bool = True  # changes are told of; else they are looked for
    flushes: bool = True  # a session's counts are put away behind what was undone
    distributed: bool = False  # the rows of some tables can be counted by the client's role alone

    @property
    def watches(self) -> bool:
        """Whether anything can be let run and be looked at behind."""
        return self.watch is not Watch.NONE

    def strict(self, asked: bool | None) -> bool:
        """Whether code that is not read does not run for who lacks something.

        `asked` is what the operator wants, None when nothing was said.
        """
        return self.watch is not Watch.WHOLE if asked is None else asked


BEST = Ways()


def choose(found: Abilities) -> Ways:
    """Return the best way to each check. Never one that would let something through unseen."""
    cap, watch = Cap.COUNTS, Watch.WHOLE
    if found.fresh or not found.superuser:
        watch = Watch.ACCOUNT
    if found.counts:
        cap, watch = Cap.LOCKS, Watch.NONE
    if found.locks:
        cap, watch = Cap.NAMES, Watch.NONE
    # One that is left over makes a check look at more, never at less.
    kept = bool(found.flushes) and bool(found.fresh)
    return Ways(
        cap, watch, hears=not found.notifies, flushes=not kept, distributed=found.distributed
    )
