"""Our functions as a server can run them that lacks some of PostgreSQL's, or keeps them from us.

The migrations write them for PostgreSQL. PL/pgSQL looks a function up, and asks for the right to it
when it runs the statement that has it, whatever becomes of the call: so what cannot be called must
not be there. What counts is replaced by what counts nothing, and then all that relies on counts
goes by locks, as it does where counting may be switched off (`pgtoll.blind`).
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.older import CONSISTENCY, SINCE_15, as_spoken
from pgtoll.store.reference import Function, Reference

_COUNTING = re.compile(r"\b(?:pg_catalog\.)?pg_stat_get_xact_\w+\(")
_COUNTED = re.compile(r"\b(?:pg_catalog\.)?current_setting\('track_counts'\)")
_FLUSHING = re.compile(r"\b(?:pg_catalog\.)?pg_stat_force_next_flush\(\)")
_NOTIFYING = re.compile(r"\b(?:pg_catalog\.)?pg_notify\(")
_SWITCHED_OFF = "while track_counts may be off"
_NEVER_COUNTED = "on this server, which does not count what transactions do"
# They say whether workers and statistics are seen: by nobody, where others' counts are old ones.
_SEEING = frozenset({"sees_all", "sees_workers"})
_UNSEEN = "\nBEGIN\n  RETURN false;\nEND\n"
# They read the rows of tables: where row security would hide some, they are to fail.
_READ_ROWS = frozenset({"check_cap", "rows_up_to"})
_ALL_ROWS = "SET row_security = off"


def adapted(reference: Reference, found: Abilities) -> Reference:
    """Return what the functions of schema pgtoll have to be on a server."""
    return replace(
        reference,
        functions={one: _adapted(each, found) for one, each in reference.functions.items()},
    )


There = tuple[str, str, str, frozenset[str]]  # name, arguments, body, names of settings


def differing(wanted: Reference, there: Iterable[There]) -> list[str]:
    """Return the statements that make functions that are there what they are wanted to be."""
    bodies = {(name, arguments): (body, settings) for name, arguments, body, settings in there}
    return [
        one.definition
        for one in wanted.functions.values()
        if bodies.get((one.name, one.arguments)) != (one.body, one.settings)
    ]


def _adapted(function: Function, found: Abilities) -> Function:
    function = _as_spoken(function, found.speaks)
    body = function.body
    if found.counts:
        body = _COUNTING.sub("pgtoll.uncounted(", body)
        body = _COUNTED.sub("'off'", body).replace(_SWITCHED_OFF, _NEVER_COUNTED)
    if found.fresh and function.name in _SEEING:
        body = _UNSEEN
    if found.flushes:
        body = _FLUSHING.sub("pgtoll.unflushed()", body)
    if found.notifies:
        body = _NOTIFYING.sub("pgtoll.unheard(", body)
    changed = replace(
        function, body=body, definition=function.definition.replace(function.body, body)
    )
    if function.name in _READ_ROWS and not (found.superuser or found.bypasses):
        return changed.under(_ALL_ROWS)
    return changed


def _as_spoken(function: Function, speaks: int) -> Function:
    if speaks >= SINCE_15:
        return function
    return replace(
        function,
        body=as_spoken(function.body, speaks),
        definition=as_spoken(function.definition, speaks),
        settings=function.settings - {CONSISTENCY},
    )
