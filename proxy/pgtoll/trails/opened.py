"""The trails that the settings ask for, and what changes when these do."""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
from collections import Counter
from dataclasses import replace

from pgtoll.clock import system_time
from pgtoll.config import Auditing, AuditKind, Target
from pgtoll.errors import ConfigError
from pgtoll.trails.entries import Entry, Kind, Outcome
from pgtoll.trails.files import TrailFile, opened
from pgtoll.trails.syslog import syslog
from pgtoll.trails.writing import End, Trail

FINISH_SECONDS = 3.0  # for what still waits, when a trail or the program ends


class Trails:
    """Everything that records of the audit go to, but for the store."""

    def __init__(self, settings: Auditing | None = None, proxy: str = "") -> None:
        """Begin them. Raises ConfigError when one cannot be."""
        self.proxy = proxy or program_name()  # what stands in each record
        self._settings = settings or Auditing()
        self._trails: dict[Target, Trail[Entry]] = {}
        self._before: Counter[str] = Counter()  # lost by trails that are no more
        self.go_by(self._settings)

    def __bool__(self) -> bool:
        return bool(self._trails)

    def put(self, entry: Entry) -> None:
        """Have a record written everywhere. It never waits."""
        for trail in self._trails.values():
            trail.put(entry)

    @property
    def waiting(self) -> int:
        """How many records have not been written yet, everywhere together."""
        return sum(trail.waiting for trail in self._trails.values())

    @property
    def lost(self) -> Counter[str]:
        """How many were given up, by the kind of what they should have gone to."""
        sum_ = Counter(self._before)
        for target, trail in self._trails.items():
            sum_[target.kind.value] += trail.lost
        return sum_

    def check(self, settings: Auditing) -> None:
        """See whether there could be trails by these settings. Raises ConfigError."""
        for target in _wanted(settings):
            _end(target, settings, self.proxy)

    def go_by(self, settings: Auditing) -> None:
        """Have the trails that settings ask for. Raises ConfigError, and then nothing changes."""
        same = _ways(settings) == _ways(self._settings)
        kept = {target: one for target, one in self._trails.items() if same}
        targets = _wanted(settings)
        ends = {one: _end(one, settings, self.proxy) for one in targets if one not in kept}
        old = self._trails
        self._settings = settings
        self._trails = {one: kept.get(one) or self._begun(one, ends[one]) for one in targets}
        for target, trail in old.items():
            if self._trails.get(target) is not trail:
                threading.Thread(target=self._end, args=(target, trail), daemon=True).start()

    def finish(self, seconds: float = FINISH_SECONDS) -> None:
        """Write what waits, for so long. To be called off the event loop: it waits."""
        endings = [
            threading.Thread(target=trail.finish, args=(seconds,), daemon=True)
            for trail in self._trails.values()
        ]
        for ending in endings:
            ending.start()
        for ending in endings:
            ending.join()

    def _begun(self, target: Target, end: End[Entry]) -> Trail[Entry]:
        return Trail(str(target), end, weigh=_weight, gap=_gap)

    def _end(self, target: Target, trail: Trail[Entry]) -> None:
        trail.finish(FINISH_SECONDS)
        self._before[target.kind.value] += trail.lost


def program_name() -> str:
    """What tells this running program from others: the machine, and its first process there."""
    parent = multiprocessing.parent_process()
    return f"{socket.gethostname()}/{parent.pid if parent else os.getpid()}"


def _wanted(settings: Auditing) -> list[Target]:
    return [one for one in settings.targets if one.kind is not AuditKind.POSTGRES]


def _ways(settings: Auditing) -> Auditing:
    """The settings that trails are made by, whichever there are."""
    return replace(settings, targets=())


def _end(target: Target, settings: Auditing, proxy: str) -> End[Entry]:
    """Return what a trail is to lead to. Raises ConfigError when it cannot."""
    if target.kind is AuditKind.SYSLOG:
        return syslog(target, settings, proxy)
    try:
        os.close(opened(target.path))
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise ConfigError(f"audit: cannot write to {target.path}: {reason}") from exc
    return TrailFile(target.path, size=settings.file_size, files=settings.files, proxy=proxy)


def _weight(entry: Entry) -> int:
    """About how much memory a record takes, in bytes."""
    return 1000 + 2 * (len(entry.sql) + len(entry.message))


def _gap(number: int) -> Entry:
    return Entry(
        at=system_time(),
        kind=Kind.LOST,
        outcome=Outcome.FAILED,
        message=f"{number} records before this one were given up: they could not be written",
    )
