"""What was refused, once each: counted, logged, and kept for the store."""

import logging
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime

from pgtoll_policy.verdict import Verdict

log = logging.getLogger("pgtoll.audit")

KEPT_RECORDS = 1_000  # waiting for the store; older ones are given up when it cannot be reached
SQL_CHARACTERS = 1_000  # of a statement's text in a record


@dataclass(frozen=True, slots=True)
class Record:
    """One refusal, or in observe mode what would have been one."""

    at: datetime
    user: str
    sql: str
    verdict: Verdict
    client: str = ""
    observed: bool = False  # nothing was refused: the proxy observes only


class Audit:
    """Collects records; whoever writes them to the store takes them with `take`."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()  # by SQLSTATE
        self._waiting: deque[Record] = deque(maxlen=KEPT_RECORDS)

    def add(self, record: Record) -> None:
        """Count and log one refusal. The text of the statement stays out of the log."""
        verdict = record.verdict
        self.counts[verdict.sqlstate] += 1
        what = "would be refused: " if record.observed else ""
        log.warning("%s%s: %s (%s)", what, verdict.sqlstate, verdict.message, verdict.detail)
        self._waiting.append(record)

    def take(self) -> list[Record]:
        """The records that have not been taken yet."""
        records = list(self._waiting)
        self._waiting.clear()
        return records
