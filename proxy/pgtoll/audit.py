"""What the audit tells of, once each: counted, logged, and kept for store and trails."""

import logging
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pgtoll.caller import Caller
from pgtoll.config import Auditing, AuditKind, Logging, LogSql
from pgtoll.logs import detailed
from pgtoll.trails import Entry, Kind, Trails
from pgtoll_policy.lexer import without_constants
from pgtoll_policy.verdict import Verdict

log = logging.getLogger("pgtoll.audit")

LONGEST_TEXT = 64 << 10  # characters of a statement that are shown: it may have megabytes
KEPT_RECORDS = 1_000  # waiting for the store; older ones are given up when it cannot be reached
SQL_CHARACTERS = 1_000  # of a statement's text in a record


@dataclass(frozen=True, slots=True)
class Record:
    """One refusal, or in observe mode what would have been one."""

    at: datetime
    user: str
    sql: str
    verdict: Verdict
    client: str = ""  # its address, if it has one
    observed: bool = False  # nothing was refused: the proxy observes only


Kept = Record | Entry  # a refusal, or what else the store is told of


class Audit:
    """Collects records; whoever writes them to the store takes them with `take`."""

    def __init__(
        self,
        shows: LogSql = LogSql.OFF,
        keeps: LogSql = LogSql.FULL,
        auditing: Auditing | None = None,
    ) -> None:
        """Raises ConfigError when records cannot go where they are to."""
        self.shows, self.keeps = shows, keeps  # how much of a statement the log, and the records
        self.counts: Counter[str] = Counter()  # by SQLSTATE
        self.products: Counter[tuple[str, str]] = Counter()  # by kind and product
        self.reasons: Counter[tuple[str, str]] = Counter()  # by SQLSTATE and rule
        self.trails = Trails(auditing)
        self._stores = _stores(auditing or Auditing())
        self._waiting: deque[Kept] = deque()
        self._unstored = 0  # given up because the store could not be reached

    def check(self, auditing: Auditing) -> None:
        """See whether records could go elsewhere. Raises ConfigError."""
        self.trails.check(auditing)

    def go_by(self, logging: Logging, auditing: Auditing) -> None:
        """Go by other settings. Raises ConfigError, and then by those of before."""
        self.trails.go_by(auditing)
        self.shows, self.keeps = logging.sql, logging.record
        self._stores = _stores(auditing)

    def add(self, record: Record, caller: Caller | None = None) -> None:
        """Count and log one refusal, and keep it."""
        verdict = record.verdict
        kind = "observed" if record.observed else "refused"
        self.counts[verdict.sqlstate] += 1
        self.products[kind, verdict.product] += 1
        # Behind the name of the rule there may be the id of a license.
        self.reasons[verdict.sqlstate, verdict.rule.partition(" ")[0]] += 1
        what = "would be refused: " if record.observed else ""
        sql = shown(record.sql, self.shows)
        text = f"{what}{verdict.sqlstate}: {verdict.message} ({verdict.detail})"
        details = _details(record, caller, sql)
        log.warning("%s%s", text, f" in: {sql}" if sql else "", extra=detailed(**details))
        kept = replace(record, sql=shown(record.sql, self.keeps))
        self._keep(kept)
        if self.trails:
            self.trails.put(_entry(kept, caller))

    def note(self, entry: Entry) -> None:
        """Log and keep what is no refusal."""
        done = f"{entry.outcome.value}: " if entry.outcome else ""
        details = {"event": entry.kind.value, "user": entry.user, "address": entry.address}
        log.info("%s: %s%s", entry.kind.value, done, entry.message, extra=detailed(**details))
        self._keep(entry)
        self.trails.put(entry)

    @property
    def waiting(self) -> int:
        """How many records the store has not been handed yet."""
        return len(self._waiting)

    @property
    def lost(self) -> Counter[str]:
        """How many records were given up, by what they should have gone to."""
        sum_ = self.trails.lost
        sum_[AuditKind.POSTGRES.value] += self._unstored
        return sum_

    def take(self) -> list[Kept]:
        """The records that have not been taken yet."""
        records = list(self._waiting)
        self._waiting.clear()
        return records

    def give_back(self, records: Sequence[Kept]) -> None:
        """Keep records that were taken and could not be written."""
        self._waiting.extendleft(reversed(records))
        self._bound()

    def _keep(self, record: Kept) -> None:
        if self._stores:
            self._waiting.append(record)
            self._bound()

    def _bound(self) -> None:
        while len(self._waiting) > KEPT_RECORDS:
            self._waiting.popleft()
            self._unstored += 1


def _stores(auditing: Auditing) -> bool:
    return any(target.kind is AuditKind.POSTGRES for target in auditing.targets)


def _details(record: Record, caller: Caller | None, sql: str) -> dict[str, object]:
    verdict = record.verdict
    return {
        "event": "observed" if record.observed else "refused",
        "user": record.user,
        **(caller.details() if caller else {}),
        "sqlstate": verdict.sqlstate,
        "product": verdict.product,
        "schema": verdict.schema,
        "table": verdict.table,
        "rule": verdict.rule,
        "sql": sql,
    }


def _entry(record: Record, caller: Caller | None) -> Entry:
    """The same record as trails have it."""
    verdict = record.verdict
    return Entry(
        at=record.at,
        kind=Kind.OBSERVED if record.observed else Kind.REFUSED,
        user=record.user,
        role=caller.role if caller else "",
        address=record.client,
        database=caller.database if caller else "",
        application_name=caller.application if caller else "",
        product=verdict.product,
        schema=verdict.schema,
        table=verdict.table,
        sqlstate=verdict.sqlstate,
        message=verdict.message,
        reason=verdict.detail,
        rule=verdict.rule,
        sql=record.sql,
    )


def shown(sql: str, how: LogSql) -> str:
    """Return as much of a statement's text as may be shown."""
    if how is LogSql.FULL:
        return sql if len(sql) <= LONGEST_TEXT else sql[:LONGEST_TEXT] + " …"
    return without_constants(sql.encode(errors="replace")) if how is LogSql.NORMALIZED else ""
