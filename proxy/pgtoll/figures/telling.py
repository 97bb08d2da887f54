"""The figures of one worker, gathered from its parts when somebody asks for them."""

import os
import resource
from datetime import datetime, timedelta

from pgtoll.audit import Audit
from pgtoll.figures.figures import Figures, LicenseFigures, ProductFigures
from pgtoll.gate import Gate
from pgtoll.parsing.parsers import Parsers
from pgtoll.server import Server
from pgtoll.upkeep.upkeep import Upkeep
from pgtoll_policy.policy import Policy

DAY = timedelta(days=1)


def told(server: Server, gate: Gate, upkeep: Upkeep, parsers: Parsers, audit: Audit) -> Figures:
    """Return what the worker has done so far, and how it is now."""
    figures, facts, now = server.tell(), gate.facts, gate.now()
    figures.workers = 1
    figures.store_connected = int(upkeep.connected)
    figures.catalog_stale = int(gate.stale)
    for (kind, product), number in gate.verdicts.items():
        figures.verdicts[kind.name.lower(), product] += number
    figures.refusals.update(audit.products)
    figures.reasons.update(audit.reasons)
    figures.facts.update(exact=facts.exact_hits, shape=facts.shape_hits, miss=facts.misses)
    figures.facts_preloaded = facts.preloaded
    figures.parse_times += parsers.times
    figures.parser_restarts = parsers.restarts
    figures.checks.update(gate.checks)
    figures.audit_backlog = upkeep.backlog
    figures.audit_lost.update(audit.lost)
    if server.tracer is not None:
        figures.traced, figures.traces_lost = server.tracer.sent, server.tracer.lost
    figures.policies = upkeep.policies
    figures.policy_age = max(0.0, (now - upkeep.policy_since).total_seconds())
    figures.policy_unconfirmed = max(0.0, gate.elapsed() - gate.confirmed)
    figures.policy_grace = gate.grace
    figures.lapsed = int(bool(gate.lapsed))
    figures.store_problem = gate.problem
    figures.looks = upkeep.looks
    figures.documents_rejected = upkeep.rejected
    figures.observing = int(gate.observe)
    figures.clock_behind = upkeep.clock_behind
    figures.cpu, figures.resident = _cpu_seconds(), _resident_bytes()
    policy = gate.picture.policy
    figures.cap = policy.cap
    figures.licenses = _licenses(policy, now)
    figures.products = _products(policy, now)
    return figures


def _licenses(policy: Policy, now: datetime) -> tuple[LicenseFigures, ...]:
    return tuple(
        LicenseFigures(one.product, one.type.value, one.id, (one.due - now) / DAY)
        for one in sorted(policy.licenses.values(), key=lambda one: one.id)
    )


def _products(policy: Policy, now: datetime) -> tuple[ProductFigures, ...]:
    return tuple(
        ProductFigures(
            code,
            _state(policy, code, now),
            policy.seats(code, now),
            policy.granted(code),
            _covered(policy, code, now),
        )
        for code in sorted(policy.products)
    )


def _state(policy: Policy, product: str, now: datetime) -> str:
    span = policy.span(product, now)
    if span is None:
        return "demo"
    if not span.in_force:
        return "refused"
    return "server" if span.server else "personal"


def _covered(policy: Policy, product: str, now: datetime) -> float | None:
    """Seconds until less is covered, below zero since when nothing is; None if neither is so."""
    coverage = policy.coverage(product)
    at = coverage and (coverage.ended(now) or coverage.lessens(now))
    return (at - now).total_seconds() if at else None


def _cpu_seconds() -> float:
    """The processor's time that this process has used, without that of its children."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_bytes() -> int:
    """The memory that this process holds; 0 where that is not told."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
