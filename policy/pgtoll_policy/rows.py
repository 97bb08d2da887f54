"""The rows of PostgreSQL's catalog that tell what names stand for, as plain values.

Functions are given by their object ids: those of the database, and PostgreSQL's own where they are
not proven harmless. An id that no row describes is a harmless function of PostgreSQL's.
"""

from dataclasses import dataclass
from typing import NamedTuple


class RelationRow(NamedTuple):
    """A table, view, sequence or the like; a foreign table has kind "f"."""

    oid: int
    schema: str
    name: str
    kind: str = "r"  # pg_class.relkind
    temporary: bool = False


class FunctionRow(NamedTuple):
    """A function, procedure or aggregate that is not PostgreSQL's own."""

    oid: int
    schema: str
    name: str
    kind: str = "f"  # pg_proc.prokind
    language: str = "plpgsql"
    confined: bool = True  # the language is trusted: it cannot leave the database
    volatility: str = "v"
    parallel: str = "u"
    arguments: int = 0  # 1 too when others can be left out
    extension: str = ""  # the extension that owns it
    temporary: bool = False
    body: str = ""
    rewired: bool = False  # it sets a parameter that says how text is read
    types: str = ""  # of its arguments, such as "integer, text"
    vouched: bool = True  # its owner is a superuser or owns the database
    names: bool = False  # it sets a parameter that is none of PostgreSQL's own, as by its dot


class Attachment(NamedTuple):
    """A function that runs when a relation is read or written: trigger, default, check, view ..."""

    relation: int
    function: int
    reading: bool  # it runs when the relation is read as well
    upkeep: bool = False  # it is of an index or of statistics: it runs when those are made anew
    events: int = 0  # bits of pg_trigger.tgtype: what a trigger runs at; 0: at any change


class IndexRow(NamedTuple):
    schema: str
    name: str
    table: int
    oid: int = 0


class BuiltinRow(NamedTuple):
    """One of PostgreSQL's own functions that is not proven harmless."""

    oid: int
    name: str


class ForeignKey(NamedTuple):
    child: int
    parent: int
    on_update: bool = False  # whether an update of the parent changes the child
    on_delete: bool = False


class OperatorRow(NamedTuple):
    name: str
    function: int


class TypeRow(NamedTuple):
    """A type whose values cannot be made without running a function: a domain with a check."""

    schema: str
    name: str
    function: int
    oid: int = 0


class Anywhere(NamedTuple):
    """A function that may run without any name of its own in the statement."""

    function: int
    what: str  # "a cast", "an equality", "an operator class"


class PinRow(NamedTuple):
    relation: int
    product: str


class EncodingRow(NamedTuple):
    """How the database writes text."""

    foreign: bool = False  # not in UTF-8
    several: bool = False  # a letter may have several bytes
    folds: bool = False  # each has one, and the locale tells capitals beyond ASCII


UTF8 = EncodingRow()

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """Everything that `build_catalog` needs, from one snapshot of one database."""

    relations: tuple[RelationRow, ...] = ()
    inheritance: tuple[Pair, ...] = ()  # child, parent; partitions too
    views: tuple[Pair, ...] = ()  # view, a relation that its query names
    rules: tuple[Pair, ...] = ()  # relation, a relation that one of its rules names; 0 for none
    policies: tuple[Pair, ...] = ()  # relation, a relation that its row security names
    owned: tuple[Pair, ...] = ()  # sequence, the table of the column that owns it
    used: tuple[Pair, ...] = ()  # relation, a sequence in its defaults
    keys: tuple[ForeignKey, ...] = ()
    functions: tuple[FunctionRow, ...] = ()
    attached: tuple[Attachment, ...] = ()
    indexes: tuple[IndexRow, ...] = ()
    builtins: tuple[BuiltinRow, ...] = ()
    calls: tuple[Pair, ...] = ()  # function, a function behind its defaults, types or body
    looks: tuple[Pair, ...] = ()  # function, a relation that its body is bound to
    transitions: tuple[str, ...] = ()  # names that triggers give to the rows of one statement
    operators: tuple[OperatorRow, ...] = ()
    types: tuple[TypeRow, ...] = ()
    anywhere: tuple[Anywhere, ...] = ()
    event_triggers: tuple[int, ...] = ()  # their functions
    deferred: tuple[int, ...] = ()  # functions of triggers that may wait for COMMIT
    discreet: tuple[str, ...] = ()  # roles that see no other role's statements
    pins: tuple[PinRow, ...] = ()
    encoding: EncodingRow = UTF8
