"""What `pgtoll lint` prints: findings under headings, each with its reason and what to do."""

from collections.abc import Sequence
from itertools import groupby

from pgtoll.cli.diagnosis import finding_as_json
from pgtoll.cli.output import print_json, say
from pgtoll.counts import plural
from pgtoll.doctor.findings import Finding, Severity
from pgtoll.lint.examination import CODES

MOST_SHOWN = 20  # findings of one code; programs get all


def print_findings(findings: Sequence[Finding]) -> None:
    """Print the findings of each code together, and a line that counts them."""
    for code, group in groupby(findings, key=lambda one: one.check):
        found = list(group)
        say(f"{CODES[code]}  [{code}]")
        for why, alike in groupby(found[:MOST_SHOWN], key=lambda one: (one.why, one.severity)):
            _print_alike(list(alike), why[0])
        if len(found) > MOST_SHOWN:
            say(f"  and {len(found) - MOST_SHOWN:,} more: --json has all")
        say("")
    say(_summary(findings))


def _print_alike(findings: list[Finding], why: str) -> None:
    """Print findings that have one reason, which is said once; so is a remedy of all."""
    shared = len({one.fix for one in findings}) == 1
    for one in findings:
        say(f"  {one.severity.value.upper()}  {one.what}")
        if not shared:
            _print_fix(one)
    say(f"    why  {why}")
    if shared:
        _print_fix(findings[0])


def _print_fix(finding: Finding) -> None:
    for number, line in enumerate(finding.fix):
        say(f"    {'do ' if number == 0 else '   '}  {line}")


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return "nothing was found"
    problems = sum(one.severity is Severity.PROBLEM for one in findings)
    warnings = len(findings) - problems
    counted = f"{_count(problems, 'problem')}, {_count(warnings, 'warning')}"
    return f"{counted}: --ignore CODE leaves out what is meant to be so"


def _count(number: int, what: str) -> str:
    return plural(number, what) if number else f"no {what}s"


def print_findings_as_json(findings: Sequence[Finding]) -> None:
    """Print the same for programs; the keys stay as they are from version to version."""
    print_json({"findings": [finding_as_json(one) for one in findings]})
