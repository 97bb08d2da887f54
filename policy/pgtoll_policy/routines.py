"""What running a user's function may mean, as far as it can be told without understanding its body.

Bodies are not understood here. The words in them are looked at for one purpose only: whether the
function can be watched. It cannot where it may reach a place that the server's account of the
session does not show, by itself or through a function that it mentions.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pgtoll_policy.concerns import Concern
from pgtoll_policy.functions import RUNNERS, UNWATCHABLE
from pgtoll_policy.rows import FunctionRow

# Extensions of which every function is known to work on its arguments alone.
SELF_CONTAINED = frozenset(
    [
        "bloom",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "fuzzystrmatch",
        "hstore",
        "intarray",
        "isn",
        "ltree",
        "pg_trgm",
        "pgcrypto",
        "seg",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
        "vector",
    ]
)
# Extensions that open connections, or show pages, logs, files and other sessions' statements.
REACHING = frozenset(
    [
        "adminpack",
        "dblink",
        "file_fdw",
        "lo",
        "pageinspect",
        "pg_background",
        "pg_logicalinspect",
        "pg_stat_statements",
        "pg_walinspect",
        "postgres_fdw",
    ]
)
# Extensions that run a text in the same session: their functions can be watched.
RUNNING_TEXT = frozenset({"tablefunc", "xml2"})

# A body that has none of these words, in a language that has words, does not do so itself.
_TEXT_WORDS = frozenset({"execute", *RUNNERS})  # run a text
_TABLE_WORDS = frozenset({"from", "table", *_TEXT_WORDS})  # name a table
_ESCAPE = 'u&"'  # spells any name so that no word shows it

AGGREGATE = "aggregate"  # stands for the language of aggregates; their body names functions
_WORDED = frozenset({"plpgsql", "sql", AGGREGATE})
_COMPILED = frozenset({"c", "internal"})
# What CREATE TYPE ... AS RANGE makes of PostgreSQL's own code, in the name of whoever says so.
_OF_RANGES = frozenset(
    [
        "range_constructor2",
        "range_constructor3",
        "multirange_constructor0",
        "multirange_constructor1",
        "multirange_constructor2",
    ]
)
_LEADS = "leads to function"
_WORD = re.compile(r"[a-z_\x80-\U0010ffff][a-z0-9_$\x80-\U0010ffff]*")


@dataclass(frozen=True, slots=True)
class Routine:
    """A user's function by name, and what speaks against calling it; None: it is harmless."""

    oid: int
    schema: str
    name: str
    temporary: bool
    arguments: int
    concern: Concern | None


def judge_functions(
    functions: Iterable[FunctionRow], trusted: Collection[str], elsewhere: Mapping[str, str]
) -> dict[int, Routine]:
    """Return every function judged, by its oid. `trusted` holds names such as "public.f";
    `elsewhere` names relations that no account of this session shows, each with the reason."""
    rows = {row.oid: row for row in functions}
    doubtful = {oid: row for oid, row in rows.items() if not _is_harmless(row, trusted)}
    faults = _faults(doubtful, {**UNWATCHABLE, **elsewhere})
    return {oid: _routine(row, oid in doubtful, faults.get(oid, "")) for oid, row in rows.items()}


def text_danger(routines: Iterable[Routine]) -> str:
    """Return why text that is put together at run time cannot be watched here, "" if it can."""
    concerns = (routine.concern for routine in routines if routine.concern)
    faulty = [concern for concern in concerns if concern.unwatchable]
    # The shortest is the fault itself, not what leads to it.
    worst = min(faulty, key=lambda one: len(one.unwatchable), default=None)
    return f'may call function "{worst.function}", which {worst.unwatchable}' if worst else ""


def _is_harmless(row: FunctionRow, trusted: Collection[str]) -> bool:
    if f"{row.schema}.{row.name}" in trusted or row.schema == "pgtoll":
        return True
    if row.extension in SELF_CONTAINED or (row.language == "internal" and row.body in _OF_RANGES):
        return True
    known = row.extension not in {"", *REACHING, *RUNNING_TEXT}
    return known and row.volatility == "i" and row.language in {AGGREGATE, *_COMPILED}


def _routine(row: FunctionRow, doubtful: bool, fault: str) -> Routine:
    name = f"{row.schema}.{row.name}"
    concern = None
    if doubtful:
        concern = Concern(f'function "{name}" runs code that is not read', fault, function=name)
    return Routine(row.oid, row.schema, row.name, row.temporary, row.arguments, concern)


def _faults(rows: Mapping[int, FunctionRow], elsewhere: Mapping[str, str]) -> dict[int, str]:
    """Return why each function that cannot be watched cannot."""
    words = {oid: _words(row.body) for oid, row in rows.items()}
    callers = _callers(rows, words)
    naming = _with_callers(
        {oid for oid, row in rows.items() if _has_word(row, words, _TABLE_WORDS)}, callers
    )
    faults: dict[int, str] = {}
    for oid, row in rows.items():
        if fault := _own_fault(row, oid in naming) or _mention(words[oid], elsewhere):
            faults[oid] = fault
    _pass_on(faults, rows, callers)
    if faults:
        _pass_on_by_text(faults, rows, words)
        _pass_on(faults, rows, callers)
    return faults


def _own_fault(row: FunctionRow, names_tables: bool) -> str:
    if row.extension in REACHING:
        return f"is of extension {row.extension}, which works outside the session"
    if row.language in _COMPILED and not row.extension:
        return "is compiled code"
    if not row.confined and row.language not in _COMPILED:
        return f"is written in {row.language}, which can leave the database"
    if row.parallel == "s" and names_tables:
        return "is marked PARALLEL SAFE: what a worker reads is not in the session's account"
    return ""


def _mention(words: frozenset[str], elsewhere: Mapping[str, str]) -> str:
    for word in sorted(words & elsewhere.keys()):
        return f"mentions {word}, which {elsewhere[word]}"
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _has_word(
    row: FunctionRow, words: Mapping[int, frozenset[str]], wanted: frozenset[str]
) -> bool:
    hidden = row.language not in _WORDED or _ESCAPE in row.body.lower()
    return hidden or not wanted.isdisjoint(words[row.oid])


def _callers(
    rows: Mapping[int, FunctionRow], words: Mapping[int, frozenset[str]]
) -> dict[int, list[int]]:
    """Return which functions mention each function by name, by its oid."""
    by_word: dict[str, list[tuple[frozenset[str], int]]] = {}
    for oid, row in rows.items():
        parts = _words(row.name)
        by_word.setdefault(min(parts, default=""), []).append((parts, oid))
    callers: dict[int, list[int]] = {}
    for caller, found in words.items():
        for word in found & by_word.keys():
            for parts, oid in by_word[word]:
                if parts <= found:
                    callers.setdefault(oid, []).append(caller)
    return callers


def _with_callers(start: set[int], callers: Mapping[int, list[int]]) -> set[int]:
    found, pending = set(start), list(start)
    while pending:
        new = set(callers.get(pending.pop(), ())) - found
        found |= new
        pending += new
    return found


def _pass_on(
    faults: dict[int, str], rows: Mapping[int, FunctionRow], callers: Mapping[int, list[int]]
) -> None:
    """Give every function the fault of one that it mentions."""
    pending = list(faults)
    while pending:
        oid = pending.pop()
        fault = faults[oid]
        if not fault.startswith(_LEADS):
            fault = f"{_LEADS} {rows[oid].name}, which {fault}"
        for caller in callers.get(oid, ()):
            if caller not in faults:
                faults[caller] = fault
                pending.append(caller)


def _pass_on_by_text(
    faults: dict[int, str],
    rows: Mapping[int, FunctionRow],
    words: Mapping[int, frozenset[str]],
) -> None:
    """Give every function that runs a text the first fault there is: the text may call it."""
    faulty = next(iter(faults))
    reason = f"runs text that may call function {rows[faulty].name}, which {faults[faulty]}"
    for oid, row in rows.items():
        if oid not in faults and _has_word(row, words, _TEXT_WORDS):
            faults[oid] = reason
