"""What `pgtoll doctor` prints: what is wrong first, with its remedy, then what is fine."""

from pgtoll.cli.guarantees import guarantees_as_json, print_guarantees
from pgtoll.cli.output import print_facts, print_json, say
from pgtoll.doctor.findings import Finding, Report, Severity, Where

_HOW = {
    Where.SQL: "run as a superuser",
    Where.HBA: "in place of {place}, then SELECT pg_reload_conf()",
    Where.PGTOLL: "set for pgtoll serve",
    Where.SHELL: "run in a shell",
}


def print_report(report: Report) -> None:
    """Print the findings, the weightiest first, and a line that counts them."""
    for severity in (Severity.PROBLEM, Severity.WARNING):
        for finding in report.having(severity):
            _print_finding(finding)
    for finding in report.having(Severity.OK):
        say(f"ok  {finding.what}")
    if report.abilities:
        say("")
        print_guarantees(report.abilities.engine, report.abilities.owner, report.guarantees)
    say("")
    say(_summary(report))


def _print_finding(finding: Finding) -> None:
    say(f"{finding.severity.value.upper()}  {finding.what}  [{finding.check}]")
    fix = {"why": finding.why or None}
    if finding.fix:
        fix["fix"] = _HOW[finding.where].format(place=finding.place)
    print_facts({f"  {name}": value for name, value in fix.items()})
    for line in (part for text in finding.fix for part in text.splitlines()):
        say(f"    {line}")
    say("")


def _summary(report: Report) -> str:
    problems, warnings = (len(report.having(one)) for one in (Severity.PROBLEM, Severity.WARNING))
    found = f"{_count(problems, 'problem')}, {_count(warnings, 'warning')}"
    where = f"database {report.database} on PostgreSQL {report.server}"
    return f"{found}: {where}, the proxy comes from {report.proxy}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number or 'no'} {what}s"


def print_report_as_json(report: Report) -> None:
    """Print the same for programs; the keys stay as they are from version to version."""
    print_json(
        {
            "sound": report.sound,
            "server_version": report.server,
            "database": report.database,
            "proxy": report.proxy,
            "findings": [finding_as_json(finding) for finding in report.findings],
            "guarantees": guarantees_as_json(report.guarantees),
        }
    )


def finding_as_json(finding: Finding) -> dict[str, object]:
    """Return a finding with keys that stay as they are."""
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "what": finding.what,
        "why": finding.why,
        "fix": list(finding.fix),
        "where": finding.where.value if finding.fix else None,
        "replaces": finding.place or None,
    }
