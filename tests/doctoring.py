"""A patient for `pgtoll doctor`: a server that gets one fault after the other, and is mended."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg.conninfo import make_conninfo
from servers import Postgres

from pgtoll.config import Listen
from pgtoll.doctor.examination import Patient, examine
from pgtoll.doctor.findings import Finding, Report, Severity, Where
from pgtoll_policy.keys import TrustedKeys


@dataclass(frozen=True)
class Clinic:
    """A database to be examined, and how."""

    database: Postgres
    dsn: str = ""  # whom the doctor logs in as; the superuser unless another is named
    keys: TrustedKeys | None = None
    proxies: tuple[Listen, ...] = ()
    long_seconds: float = 0.0

    def report(self, now: datetime | None = None) -> Report:
        """Examine the server."""
        patient = Patient(
            dsn=self.dsn or self.database.dsn,
            now=now or datetime.now(UTC),
            proxies=self.proxies,
            keys=self.keys,
            long_seconds=self.long_seconds,
        )
        return asyncio.run(examine(patient))

    def faults(self, check: str, now: datetime | None = None) -> list[Finding]:
        """Return what one check finds wrong."""
        found = [one for one in self.report(now).findings if one.check == check]
        return [one for one in found if one.severity is not Severity.OK]

    def cause(self, statements: Iterable[str]) -> None:
        """Run statements in one session of the superuser, each by itself."""
        with self.database.connect() as session:
            for sql in statements:
                session.execute(sql.encode())

    def mend(self, finding: Finding) -> None:
        """Do what a finding says, to the letter."""
        assert finding.fix
        if finding.where is Where.SQL:
            self.cause(line for line in finding.fix if not line.startswith("--"))
        elif finding.where is Where.HBA:
            self._write_rule(finding)
        else:
            raise AssertionError(f"this has to be done by hand: {finding}")

    def rules(self, *lines: str) -> None:
        """Let pg_hba.conf consist of these lines."""
        self._rules_file.write_text("\n".join([*lines, ""]), encoding="ascii")
        self.cause(["SELECT pg_reload_conf()"])

    def _write_rule(self, finding: Finding) -> None:
        file, _, number = finding.place.rpartition(":")
        lines = Path(file).read_text(encoding="ascii").splitlines()
        (lines[int(number) - 1],) = finding.fix
        self.rules(*lines)

    @property
    def _rules_file(self) -> Path:
        with self.database.connect() as session:
            row = session.execute("SHOW hba_file").fetchone()
        assert row is not None
        return Path(row[0])

    def login(self, role: str) -> str:
        """Return the connection string of a role."""
        return make_conninfo(self.database.dsn, user=role)
