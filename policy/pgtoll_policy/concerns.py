"""Why a name is no proof: what PostgreSQL's own functions and relations may do behind theirs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgtoll_policy.functions import HARMLESS, RUN_NO_CODE, RUNNERS, SEQUENCES, SETS, UNWATCHABLE
from pgtoll_policy.system_relations import ASKS_SEQUENCES, HARMLESS_RELATIONS

SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})


@dataclass(frozen=True, slots=True)
class Concern:
    """Why something named in a statement is no proof of what the statement touches."""

    opaque: str  # a clause, such as 'function "public.f" runs code that is not read'
    unwatchable: str = ""  # why the server's account would not show it either: "it" does what
    inserts: bool = True  # whether it may insert rows
    runs_text: bool = False  # whether it runs a text that may name anything
    function: str = ""  # the user's function that a DBA would have to trust
    invents: bool = True  # whether it may make up names of parameters
    unread: bool = True  # whether code of somebody's may run that nobody has read


def builtin_concern(name: str) -> Concern | None:
    """Return what speaks against calling one of PostgreSQL's own functions."""
    if name in HARMLESS:
        return None
    if name in SEQUENCES:
        told = f'function "{name}" touches a sequence'
        return Concern(told, inserts=False, invents=False, unread=False)
    if name == SETS:
        return Concern(f'function "{name}" changes a setting', inserts=False, unread=False)
    if name in RUNNERS:
        return Concern(f'function "{name}" runs a text', runs_text=True)
    fault = UNWATCHABLE.get(name, "")
    if fault:
        return Concern(f'function "{name}" is called', fault, inserts=False)
    told = f'function "{name}" is not known to be harmless'
    return Concern(told, unread=name not in RUN_NO_CODE)


def trap_concern(column: str) -> Concern | None:
    """Return what speaks against x.column, which may mean column(x), of PostgreSQL's functions."""
    trap = column in SEQUENCES or column in RUNNERS or column in UNWATCHABLE
    return builtin_concern(column) if trap else None


def system_read_concern(schema: str, name: str) -> Concern | None:
    """Return what speaks against reading a relation of a system schema."""
    if schema != "pg_catalog" or name in HARMLESS_RELATIONS:
        return None
    if name == ASKS_SEQUENCES:
        told = f'system relation "{name}" asks every sequence'
        return Concern(told, inserts=False, invents=False, unread=False)
    fault = "may show values of tables without touching them"
    return Concern(f'system relation "{name}" is read', fault, inserts=False)


def gravest(concerns: Iterable[Concern]) -> Concern | None:
    """Return one concern that stands for all: the worst of each, the words of the worst."""
    found = list(concerns)
    worst = max(found, key=_weight, default=None)  # the first of those
    if worst is None:
        return None
    whole = replace(
        worst,
        inserts=any(one.inserts for one in found),
        runs_text=any(one.runs_text for one in found),
        invents=any(one.invents for one in found),
        unread=any(one.unread for one in found),
    )
    return worst if whole == worst else whole


def _weight(concern: Concern) -> tuple[bool, bool]:
    return bool(concern.unwatchable), concern.unread
