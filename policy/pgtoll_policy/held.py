"""Cursors WITH HOLD: PostgreSQL runs the rest of their query at COMMIT, behind every check.

What such a query runs by name may have become another thing by then: a function gets another body
while COMMIT sleeps. What PostgreSQL has bound when the cursor was declared stays what it is:
relations are locked, and views, policies, casts and operators are in the plan.
"""

from pgtoll_policy.concerns import SYSTEM_SCHEMAS, Concern
from pgtoll_policy.effects import Effect
from pgtoll_policy.facts import Name, Statement

# Types of PostgreSQL's own. A type of somebody's may get a check while it is used.
_NAMES = """
    bit bool bpchar bytea char cidr date float4 float8 inet int2 int4 int8 interval json jsonb
    macaddr macaddr8 money name numeric oid regclass regtype text time timestamp timestamptz timetz
    uuid varbit varchar xml
"""
_OWN_TYPES = frozenset(_NAMES.split())


def held_concern(statement: Statement, whole: Effect) -> Concern | None:
    """Return what speaks against a cursor WITH HOLD, of which all that is read may do `whole`."""
    if not statement.holds:
        return None
    if whole.runs or not all(map(_is_own, statement.types)):
        told = "a cursor WITH HOLD runs a function at COMMIT, behind every check"
        return Concern(told, unread=False)
    return None


def _is_own(name: Name) -> bool:
    return name.name in _OWN_TYPES and (not name.schema or name.schema in SYSTEM_SCHEMAS)
