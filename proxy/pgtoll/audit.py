"""What was refused, once each: counted, logged, and kept for the store."""

import logging
from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import datetime

from pgtoll.caller import Caller
from pgtoll.config import LogSql
from pgtoll.logs import detailed
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


class Audit:
    """Collects records; whoever writes them to the store takes them with `take`."""

    def __init__(self, shows: LogSql = LogSql.OFF, keeps: LogSql = LogSql.FULL) -> None:
        self.shows, self.keeps = shows, keeps  # how much of a statement the log, and the store
        self.counts: Counter[str] = Counter()  # by SQLSTATE
        self.products: Counter[tuple[str, str]] = Counter()  # by kind and product
        self.reasons: Counter[tuple[str, str]] = Counter()  # by SQLSTATE and rule
        self._waiting: deque[Record] = deque(maxlen=KEPT_RECORDS)

    def add(self, record: Record, caller: Caller | None = None) -> None:
        """Count and log one refusal, and keep it for the store."""
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
        self._waiting.append(replace(record, sql=shown(record.sql, self.keeps)))

    @property
    def waiting(self) -> int:
        """How many records have not been taken yet."""
        return len(self._waiting)

    def take(self) -> list[Record]:
        """The records that have not been taken yet."""
        records = list(self._waiting)
        self._waiting.clear()
        return records


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


def shown(sql: str, how: LogSql) -> str:
    """Return as much of a statement's text as may be shown."""
    if how is LogSql.FULL:
        return sql if len(sql) <= LONGEST_TEXT else sql[:LONGEST_TEXT] + " …"
    return without_constants(sql.encode(errors="replace")) if how is LogSql.NORMALIZED else ""
