"""What an examination finds: each finding with its weight, its reason and the lines that mend it.

A check is a question in SQL that returns a row for each fault, and the words for such a row. So the
checks are tables of texts, and nothing here touches a server.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.guarantees import Guarantee, guarantees

Row = Mapping[str, object]


class Severity(Enum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"  # pgtoll holds, but with less room for a mistake, or less at hand
    PROBLEM = "problem"  # somebody can get around pgtoll, or change what it goes by


class Where(Enum):
    """What a fix is written into."""

    SQL = "sql"  # statements, each to be run alone, by a superuser
    HBA = "pg_hba.conf"  # the line that replaces the one named by `place`, then a reload
    PGTOLL = "pgtoll"  # a setting of the proxies
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so, why it matters, and what to do about it."""

    check: str
    severity: Severity
    what: str
    why: str = ""
    fix: tuple[str, ...] = ()
    where: Where = Where.SQL
    place: str = ""  # the line that a fix of pg_hba.conf replaces, as FILE:LINE


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the server, and what its answers mean.

    `what`, `why` and `fix` are filled in with the columns of each row; a column `severity` takes
    the place of the check's own. `fine` is what is so when no row comes back.
    """

    name: str
    sql: str
    what: str
    why: str
    fine: str
    fix: tuple[str, ...] = ()
    severity: Severity = Severity.PROBLEM
    where: Where = Where.SQL
    since: int = 0  # server versions that the question is for, as server_version_num has them
    until: int = 999_999
    needs_schema: bool = False  # whether it can only be asked where schema pgtoll is


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one examination found."""

    server: str
    database: str
    proxy: str  # the address that the server sees the proxy come from
    findings: tuple[Finding, ...]
    abilities: Abilities | None = None  # None: they could not be found out

    @property
    def guarantees(self) -> tuple[Guarantee, ...]:
        """What holds on this server, and what does not."""
        return guarantees(self.abilities) if self.abilities else ()

    def having(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one weight."""
        return tuple(one for one in self.findings if one.severity is severity)

    @property
    def sound(self) -> bool:
        """Whether nothing was found that lets somebody around pgtoll."""
        return not self.having(Severity.PROBLEM)


def diagnose(check: Check, rows: Sequence[Row]) -> tuple[Finding, ...]:
    """Return a finding for each row of a check, or the one that all is fine."""
    return tuple(_finding(check, row) for row in rows) or (fine(check.name, check.fine),)


def fine(check: str, what: str) -> Finding:
    """Return the finding that a check found nothing."""
    return Finding(check, Severity.OK, what)


def _finding(check: Check, row: Row) -> Finding:
    severity = row.get("severity")
    return Finding(
        check=check.name,
        severity=Severity(severity) if severity else check.severity,
        what=check.what.format_map(row),
        why=check.why.format_map(row),
        fix=tuple(_filled(check.fix, row)),
        where=check.where,
    )


def _filled(lines: Iterable[str], row: Row) -> Iterable[str]:
    """Yield the lines that say something: a row may have nothing for one of them."""
    return filter(None, (line.format_map(row) for line in lines))
