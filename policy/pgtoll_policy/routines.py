"""Which of a user's functions are harmless, which are read, and what speaks against the others.

The body of the others cannot be understood. The words in it are looked at for one purpose only:
whether the function can be watched. It cannot where it may reach a place that the server's account
of the session does not show, by itself or through a function that it mentions.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pgtoll_policy.body import AGGREGATE, READABLE, Body, BodyText
from pgtoll_policy.coining import Loose, loose_body
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import PARALLEL
from pgtoll_policy.functions import RUNNERS, UNWATCHABLE
from pgtoll_policy.rows import FunctionRow

# Extensions of which every compiled function is known to work on its arguments alone.
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

OUR_SCHEMA = "pgtoll"
# Of ours, those that frame what is watched.
FOR_PROXIES = frozenset({"before_watch", "watched", "forget", "note", "settings_held"})

# A body that has none of these words, in a language that has words, does not do so itself.
_TEXT_WORDS = frozenset({"execute", *RUNNERS})  # run a text
_TABLE_WORDS = frozenset({"from", "table", *_TEXT_WORDS})  # name a table
_ESCAPE = 'u&"'  # spells any name so that no word shows it

_WORDED = READABLE - {AGGREGATE}  # have words that say what they may do
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


NO_BODIES: Mapping[BodyText, Body] = {}


@dataclass(frozen=True, slots=True)
class Routine:
    """A user's function by name. It has a body that was read, or a concern, or it is harmless."""

    oid: int
    schema: str
    name: str
    temporary: bool
    by_dot: bool  # whether x.f may call it
    concern: Concern | None = None  # what speaks against calling it, as far as it is not read
    body: Body | None = None  # what calling it does, if that is in its text
    in_worker: bool = False  # whether it may run in a parallel worker
    types: str | None = None  # of its arguments, if its name alone is not what a DBA would trust
    loose: Loose | None = None  # what it may lead to, where that is all that can be said of it
    names: bool = False  # calling it makes the name of a parameter known

    def __str__(self) -> str:
        name = f"{self.schema}.{self.name}"
        return name if self.types is None else f"{name}({self.types})"


def text_of(row: FunctionRow) -> BodyText | None:
    """Return what is to be read of a function, None if nothing could be learnt by that."""
    readable = row.language in READABLE and row.extension not in REACHING and not row.rewired
    return BodyText(row.language, row.body) if readable else None


def judge_functions(
    functions: Iterable[FunctionRow],
    trusted: Collection[str],
    elsewhere: Mapping[str, str],
    bodies: Mapping[BodyText, Body] = NO_BODIES,
) -> dict[int, Routine]:
    """Return every function judged, by its oid. `trusted` holds names such as "public.f"
    and signatures such as "public.f(integer, text)";
    `elsewhere` names relations that no account of this session shows, each with the reason;
    `bodies` are those that have been read."""
    rows = {row.oid: row for row in functions}
    doubtful = {oid: row for oid, row in rows.items() if not _is_harmless(row, trusted)}
    read = {oid: body for oid, row in doubtful.items() if (body := _readable(row, bodies))}
    faults = _faults(doubtful, {**UNWATCHABLE, **elsewhere}, read)
    return {
        oid: _routine(row, read.get(oid), faults.get(oid, "") if oid in doubtful else None)
        for oid, row in rows.items()
    }


def _readable(row: FunctionRow, bodies: Mapping[BodyText, Body]) -> Body | None:
    text = text_of(row) if row.schema != OUR_SCHEMA else None
    body = bodies.get(text) if text else None
    return body if body and not body.opaque else None


def _is_harmless(row: FunctionRow, trusted: Collection[str]) -> bool:
    if row.schema == OUR_SCHEMA:
        return row.name not in FOR_PROXIES
    if _is_trusted(row, trusted):
        return True
    if row.language not in {AGGREGATE, *_COMPILED}:
        return False  # what names stand for in a text, the search path says
    if row.extension in SELF_CONTAINED or (row.language == "internal" and row.body in _OF_RANGES):
        return True
    return row.volatility == "i" and row.extension not in {"", *REACHING, *RUNNING_TEXT}


def _is_trusted(row: FunctionRow, trusted: Collection[str]) -> bool:
    """Tell whether a DBA vouches for a function. A name alone may be anybody's overload."""
    name = f"{row.schema}.{row.name}"
    return f"{name}({row.types})" in trusted or (row.vouched and name in trusted)


def _routine(row: FunctionRow, body: Body | None, fault: str | None) -> Routine:
    """Return a function judged; `fault` is why it could not be watched, None if it is harmless."""
    types = None if row.vouched else row.types
    name = f"{row.schema}.{row.name}" + ("" if types is None else f"({types})")
    concern = loose = None
    if fault is not None and body is None:
        fault = fault or ("is for proxies alone" if row.schema == OUR_SCHEMA else "")
        loose = loose_body(row.body) if row.language in _WORDED and row.body else None
        told, invents = f'function "{name}" runs code that is not read', loose is None
        concern = Concern(told, fault, function=name, invents=invents)
    aside = body is not None and row.parallel == "s"
    by_dot = row.arguments == 1
    return Routine(
        row.oid,
        row.schema,
        row.name,
        row.temporary,
        by_dot,
        concern,
        body,
        aside,
        types,
        loose,
        row.names,
    )


def _faults(
    rows: Mapping[int, FunctionRow], elsewhere: Mapping[str, str], read: Collection[int]
) -> dict[int, str]:
    """Return why each function that cannot be watched cannot. Of what is `read` it is known what
    it touches, so being run by a worker is no fault in itself."""
    words = {oid: words_of(row.body) for oid, row in rows.items()}
    callers = _callers(rows, words)
    naming = _with_callers(
        {oid for oid, row in rows.items() if _has_word(row, words, _TABLE_WORDS)}, callers
    )
    faults: dict[int, str] = {}
    for oid, row in rows.items():
        own = _own_fault(row, oid in naming and oid not in read)
        # Ours look where others may not, and tell nobody what they see.
        mentioned = "" if row.schema == OUR_SCHEMA else _mention(words[oid], elsewhere)
        if fault := own or mentioned:
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
        return PARALLEL
    return ""


def _mention(words: frozenset[str], elsewhere: Mapping[str, str]) -> str:
    for word in sorted(words & elsewhere.keys()):
        return f"mentions {word}, which {elsewhere[word]}"
    return ""


def words_of(text: str) -> frozenset[str]:
    """Return all words in a text, in lower case."""
    return frozenset(_WORD.findall(text.lower()))


def _has_word(
    row: FunctionRow, words: Mapping[int, frozenset[str]], wanted: frozenset[str]
) -> bool:
    hidden = row.language not in READABLE or _ESCAPE in row.body.lower()
    return hidden or not wanted.isdisjoint(words[row.oid])


def _callers(
    rows: Mapping[int, FunctionRow], words: Mapping[int, frozenset[str]]
) -> dict[int, list[int]]:
    """Return which functions mention each function by name, by its oid."""
    by_word: dict[str, list[tuple[frozenset[str], int]]] = {}
    for oid, row in rows.items():
        parts = words_of(row.name)
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
