"""The figures of one worker, gathered from its parts when somebody asks for them."""

from datetime import datetime, timedelta

from pgtoll.audit import Audit
from pgtoll.figures import Figures, LicenseFigures
from pgtoll.gate import Gate
from pgtoll.parsing import Parsers
from pgtoll.server import Server
from pgtoll.upkeep import Upkeep
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
    figures.facts.update(exact=facts.exact_hits, shape=facts.shape_hits, miss=facts.misses)
    figures.facts_preloaded = facts.preloaded
    figures.parse_times += parsers.times
    figures.checks.update(gate.checks)
    figures.audit_backlog = upkeep.backlog
    figures.policies = upkeep.policies
    figures.policy_age = max(0.0, (now - upkeep.policy_since).total_seconds())
    figures.licenses = _licenses(gate.picture.policy, now)
    return figures


def _licenses(policy: Policy, now: datetime) -> tuple[LicenseFigures, ...]:
    return tuple(
        LicenseFigures(one.product, one.type.value, one.id, (one.due - now) / DAY)
        for one in sorted(policy.licenses.values(), key=lambda one: one.id)
    )
