"""Which guarantee holds on a server and which does not, why, and what to do: for people to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.older import SINCE_14
from pgtoll.engine.ways import Cap, Watch, choose


class Holds(Enum):
    """How far a guarantee holds."""

    YES = "holds"
    WEAKER = "weaker"  # it holds, with more refused, later, or but for what `why` says
    NO = "no"


@dataclass(frozen=True, slots=True)
class Guarantee:
    """One thing that users rely on, and the way it is kept on this server."""

    name: str
    holds: Holds
    what: str  # how it is kept here
    why: str = ""  # why not better
    fix: tuple[str, ...] = ()  # what a DBA can do, where something can be done


def guarantees(found: Abilities) -> tuple[Guarantee, ...]:
    """Return all guarantees, as a server lets them hold."""
    return (
        Guarantee("reading", Holds.YES, "statements are judged by the names in them"),
        _cap(found),
        _rows(found),
        _watch(found),
        _steady(found),
        _catalog(found),
        _policy(found),
        _instance(found),
    )


def weakened(all_: Iterable[Guarantee]) -> tuple[Guarantee, ...]:
    """Return those that do not hold as they would on the best of servers."""
    return tuple(one for one in all_ if one.holds is not Holds.YES)


def _superuser(found: Abilities) -> str:
    return f"role {found.owner} is no superuser"


_AS_SUPERUSER = "run pgtoll init, and pgtoll serve, as a superuser"


def _cap(found: Abilities) -> Guarantee:
    cap = choose(found).cap
    if cap is Cap.NAMES:
        what = (
            "demo mode counts the tables that reading names; a statement of which reading cannot "
            "tell where its rows go is refused (53400), and so is what fills tables behind DDL of "
            "the same transaction"
        )
        return Guarantee("cap", Holds.WEAKER, what, found.locks, _grants(found, "pg_lock_status()"))
    if cap is Cap.LOCKS:
        what = (
            "demo mode counts every table that a transaction may have put rows into, by its locks; "
            "what leaves work of its own to COMMIT is refused"
        )
        fix = _grants(found, "pg_stat_get_xact_tuples_inserted(oid)")
        return Guarantee("cap", Holds.WEAKER, what, found.counts, fix)
    if found.flushes and choose(found).flushes:
        what = "rows are counted exactly; after a refusal a session may be ended"
        grant = "GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_force_next_flush() TO PUBLIC;"
        return Guarantee("cap", Holds.WEAKER, what, found.flushes, (grant,))
    what = "no commit leaves a table in demo mode with more rows than the cap"
    if not found.superuser:
        what += ", unless it is given a capped name or place while others fill it"
        return Guarantee("cap", Holds.WEAKER, what, _superuser(found), (_AS_SUPERUSER,))
    if found.distributed:
        what += "; those of distributed tables are counted with the client's rights"
    return Guarantee("cap", Holds.YES, what)


def _rows(found: Abilities) -> Guarantee:
    if not found.most_hidden:
        return Guarantee("rows", Holds.YES, "all rows can be counted")
    others = found.most_hidden - len(found.hidden)
    named = ", ".join(found.hidden) + (f" and {others} more" if others else "")
    return Guarantee(
        "rows",
        Holds.WEAKER,
        f"in demo mode, what puts rows into these tables is refused: {named}",
        f"role {found.owner} may not read all of their rows, so nobody counts them",
        (
            _READS_ALL.format(found.owner)
            if found.speaks >= SINCE_14
            else _READS.format(found.owner),
            f"ALTER ROLE {found.owner} BYPASSRLS; -- for tables with row security",
        ),
    )


_READS_ALL = "GRANT pg_read_all_data TO {};"
_READS = "GRANT USAGE ON SCHEMA ... TO {0}; GRANT SELECT ON ALL TABLES IN SCHEMA ... TO {0};"


def _watch(found: Abilities) -> Guarantee:
    watch = choose(found).watch
    if watch is Watch.NONE:
        what = "what reading can neither clear nor condemn is refused to who lacks a product"
        why = found.locks or found.counts
        return Guarantee("watch", Holds.WEAKER, what, why, _AS_IT_IS_GRANTED)
    if watch is Watch.ACCOUNT:
        what = (
            "code that is not read does not run for who lacks a product, unless the setting unread "
            "says watch: then what parallel workers and statistics tell it is not seen"
        )
        if found.fresh:
            return Guarantee("watch", Holds.WEAKER, what, found.fresh, _YOUNGER)
        return Guarantee("watch", Holds.WEAKER, what, _superuser(found), (_AS_SUPERUSER,))
    what = "code that is not read is undone if it touched a licensed table, its replies withheld"
    return Guarantee("watch", Holds.YES, what)


_AS_IT_IS_GRANTED = ("let it do what the guarantee cap names, then run pgtoll init again",)

_YOUNGER = ("upgrade to PostgreSQL 15 or later",)


def _steady(found: Abilities) -> Guarantee:
    if found.event_triggers:
        what = (
            "a statement runs as it was judged, unless somebody changes what its names mean in "
            "that moment"
        )
        return Guarantee("steady", Holds.WEAKER, what, found.event_triggers, (_AS_SUPERUSER,))
    what = "what a statement means is checked again behind it when DDL came in between"
    return Guarantee("steady", Holds.YES, what)


def _catalog(found: Abilities) -> Guarantee:
    if found.event_triggers:
        what = "tables that are changed around the proxies are noticed within two seconds"
        return Guarantee("catalog", Holds.WEAKER, what, found.event_triggers, (_AS_SUPERUSER,))
    soon = "at once" if not (found.notifies or found.prepares) else "in a twentieth of a second"
    return Guarantee("catalog", Holds.YES, f"changes of tables are noticed {soon}")


def _policy(found: Abilities) -> Guarantee:
    if found.notifies:
        what = "uploads, grants and revocations are looked for each second"
        return Guarantee("policy", Holds.WEAKER, what, found.notifies)
    return Guarantee("policy", Holds.YES, "uploads, grants and revocations are told of at once")


def _instance(found: Abilities) -> Guarantee:
    if found.instance:
        what = "licenses that are bound to one cluster do not count"
        fix = f"GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO {found.owner};"
        return Guarantee("instance", Holds.NO, what, found.instance, (fix,))
    return Guarantee("instance", Holds.YES, "licenses that are bound to this cluster count")


def _grants(found: Abilities, function: str) -> tuple[str, ...]:
    what = f"GRANT EXECUTE ON FUNCTION pg_catalog.{function} TO {found.owner};"
    return (f"{what} -- and its kind; then run pgtoll init again",)
