"""What the kind of a statement alone proves, before any name in it is looked at."""

from pgtoll_policy.concerns import Concern
from pgtoll_policy.facts import Statement
from pgtoll_policy.kinds import CONCURRENTLY

# Queries touch what their text names, and nothing else that the catalog does not tell. What they
# name by a constant, such as 't'::regclass, they ask the catalog about.
QUERIES = frozenset(
    {
        "select",
        "insert",
        "update",
        "delete",
        "merge",
        "copy",
        "explain",
        "prepare",
        "declare cursor",
        "call",
        "body",  # the queries of a DO block
    }
)
# So do these, of what they name in any way.
BY_NAMES = QUERIES | {"truncate", "lock", "vacuum", "analyze", "cluster", "reindex"}
# These make anew what is kept beside the rows of a table; without a name, of every table that the
# user may do it to. The user is shown no row by it.
OF_ALL = frozenset({"vacuum", "analyze", "cluster", "reindex"})
# Kinds that touch no table at all.
OF_SESSION = frozenset(
    {
        "begin",
        "rollback",
        "savepoint",
        "release",
        "rollback to",
        "commit prepared",
        "rollback prepared",
        "set",
        "reset",
        "show",
        "deallocate",
        "close",
        "discard",
        "listen",
        "notify",
        "unlisten",
        "checkpoint",
    }
)
# What waits for the end of the transaction runs here.
OF_ENDING = frozenset({"commit", "prepare transaction", "set constraints"})
# Changes of the catalog that make no row of a table, as long as no event trigger does. Not to
# rename: a table, or a schema with its tables, may be capped by the name that it is given.
QUIET_DDL = frozenset(
    {
        "alter database",
        "alter owner",
        "alter role",
        "comment",
        "create domain",
        "create function",
        "create index",
        "create procedure",
        "create role",
        "create schema",
        "create sequence",
        "create table",
        "create trigger",
        "create type",
        "create view",
        "grant",
        "grant role",
        "revoke",
        "revoke role",
    }
)
# Changes of the catalog that touch what they name, and nothing else that the catalog does not tell.
OF_INDEXES = frozenset({"create index", "create statistics", "create type"})
# They do if they are CONCURRENTLY: without CASCADE, and for no more than one object.
OF_ONE = frozenset({"drop index", "alter table"})  # DETACH PARTITION
# Whatever becomes of it, their code is that of the tables that they name and of those below and
# above them: rows are checked and written anew, indexes made, a view's query run.
REFRESH = "refresh materialized view"
OF_ITS_OWN = frozenset({"alter foreign table", "alter materialized view", "alter table", REFRESH})
# Or that of a query in their text.
OF_A_QUERY = frozenset(
    {"create materialized view", "create table as", "execute", "select into"}  # its parameters
)
# Or only what making values of their constants runs. They change what is kept of names.
_OF_NAMES = frozenset(
    {
        "alter default privileges",
        "alter depends",
        "alter function",
        "alter index",
        "alter policy",
        "alter publication",
        "alter schema of",
        "alter sequence",
        "alter statistics",
        "alter view",
        "create policy",
        "create publication",
        "create rule",
        "drop owned",
        "reassign owned",
        "rename",
    }
)
# Changes of the catalog of which no row and no code is part but what they name. In a DO block they
# are proven by that: whatever else is in the block, its names are looked at too.
PLAIN_CHANGES = frozenset(
    {
        "comment",
        "create domain",
        "create index",
        "create role",
        "create schema",
        "create sequence",
        "create table",
        "create type",
        "grant",
        "grant role",
        "revoke",
        "revoke role",
    }
)
# They make the one relation of theirs that may not exist yet.
MAKES_ONE = frozenset({"create sequence", "create table", "create type"})
# PostgreSQL makes values of the constants in a body when it checks that.
MAKES_CODE = frozenset({"create function", "create procedure"})
_WAITING = frozenset(
    [
        "lock",
        "pg_advisory_lock",
        "pg_advisory_lock_shared",
        "pg_advisory_xact_lock",
        "pg_advisory_xact_lock_shared",
        "pg_sleep",
        "pg_sleep_for",
        "pg_sleep_until",
    ]
)
# They run what was read when it was prepared or declared: no text of their own.
RESUMING = frozenset({"execute", "fetch", "move"})


def kind_concern(statement: Statement) -> Concern | None:
    """Return why a statement of this kind proves nothing by its names."""
    verb, fault = statement.verb, statement.unwatchable
    if verb in OF_SESSION or verb in OF_ENDING or verb in OF_ALL:
        return None
    if (verb in OF_INDEXES or (verb in OF_ONE and fault == CONCURRENTLY)) and not statement.opaque:
        return None
    if verb == "copy" and statement.opaque:
        fault = fault or "reads a file on the server"
        return Concern(statement.opaque, fault, inserts=False)
    if verb in BY_NAMES and not fault:
        return _text_concern(statement)
    opaque = statement.opaque or f"what {verb.upper()} touches is not all in its text"
    quiet = is_quiet(statement)  # whatever code that runs is looked at besides
    runs_text = _runs_text(statement)
    invents = not runs_what_is_named(statement)
    unread = _brings_code(statement)
    return Concern(
        opaque, fault, inserts=not quiet, runs_text=runs_text, invents=invents, unread=unread
    )


def _brings_code(statement: Statement) -> bool:
    """Tell whether a statement runs code that stands neither in the catalog nor, read, in it."""
    known = OF_ITS_OWN | MAKES_CODE | RESUMING
    return bool(statement.opaque) and statement.executes is None and statement.verb not in known


def runs_what_is_named(statement: Statement) -> bool:
    """Tell whether all code that a statement of this kind runs is that of what it names."""
    if statement.opaque:
        makes = statement.verb in MAKES_CODE and statement.bare
        return makes or statement.verb == REFRESH or statement.verb in RESUMING
    known = statement.verb in OF_ITS_OWN | OF_A_QUERY | _OF_NAMES
    return known or statement.bare or is_quiet(statement)


def waiting_concern(words: Statement) -> Concern | None:
    """Return what speaks against a block of these words that may wait: names may then become
    others before it looks them up."""
    waits = any(one.name in _WAITING for one in words.reads)
    told = "it may wait in a DO block"
    return Concern(told, inserts=False, invents=False, unread=False) if waits else None


def change_concern(change: Statement) -> Concern:
    """Return what speaks against what stands beside a change of the catalog in a DO block: names
    may come to mean something else, code that nobody has read included."""
    plain = change.verb == "alter table" or change.verb.startswith("drop ")
    told = f"a DO block runs {change.verb.upper()}"
    return Concern(told, runs_text=not plain, unread=not plain)


def _text_concern(statement: Statement) -> Concern | None:
    # CALL is judged by the procedure that it names.
    if not statement.opaque or (statement.verb == "call" and statement.functions):
        return None
    unread = _brings_code(statement)
    return Concern(statement.opaque, runs_text=_runs_text(statement), unread=unread)


def refuses_block(statement: Statement) -> bool:
    """Tell whether a statement is maintenance that must be alone: it makes no row of a table."""
    maintains = (statement.ddl and statement.verb != "do") or statement.verb in OF_ALL
    return bool(statement.unwatchable) and maintains


def only_drops(statement: Statement) -> bool:
    """Tell whether a statement drops an index and nothing else: no row is touched by that, and no
    code runs, whichever index has the name by then."""
    return statement.verb == "drop index" and statement.unwatchable == CONCURRENTLY


def is_quiet(statement: Statement) -> bool:
    """Tell whether a statement changes the catalog and makes no row of a table by doing so."""
    return statement.verb in QUIET_DDL or statement.verb.startswith("drop ")


def _runs_text(statement: Statement) -> bool:
    return bool(statement.opaque) and not statement.ddl and statement.verb not in RESUMING
