"""What may be known of SQL text without asking the server: the values that reading it gives."""

import sys
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the server stores it, folded and cut to 63 bytes; `schema` is "" if not written."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Act(Enum):
    """What a statement does to the transaction it runs in."""

    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK_TO = "rollback to"
    PREPARE = "prepare"


NO_NAMES: frozenset[Name] = frozenset()
NO_WORDS: frozenset[str] = frozenset()
MAX_BYTES = 8 << 20  # of one text that is read
# Of a text of which trees are made, which take hundreds of times that. A longer one is read if it
# is long by its constants alone.
MAX_TREE_BYTES = 1 << 20
ANY_END = sys.maxsize  # where a statement ends that is the whole of every text of its shape
ANY_SETTING = "*"  # in `settings`: a parameter is set whose name is not in the text


@dataclass(frozen=True, slots=True)
class Statement:
    """The facts of one SQL statement, by its text alone.

    Where `opaque` is not empty, the names here are only a part of the truth. A row that is updated,
    deleted or merged into is read as well: such targets are in `reads` and in `writes`.
    """

    verb: str  # "select", "insert", "create table", "do", ...: lower case, from the node type
    start: int  # the statement's bytes in the UTF-8 text, without the semicolon after it
    end: int
    reads: frozenset[Name] = NO_NAMES
    writes: frozenset[Name] = NO_NAMES
    inserts: frozenset[Name] = NO_NAMES  # those of `writes` that may get new rows
    updates: frozenset[Name] = NO_NAMES  # those whose rows are updated, if only on a conflict
    deletes: frozenset[Name] = NO_NAMES  # those of which rows are deleted
    truncates: frozenset[Name] = NO_NAMES  # those that are emptied
    empties: frozenset[Name] = NO_NAMES  # those of them emptied with all that refer to them
    functions: frozenset[Name] = NO_NAMES  # called by name
    # Those for sequences that tell in each call of which, by a constant: that is in `others`.
    told_sequences: frozenset[Name] = NO_NAMES
    operators: frozenset[str] = NO_WORDS  # these three may stand for code as well:
    types: frozenset[Name] = NO_NAMES  # targets of casts, types of declarations
    columns: frozenset[str] = NO_WORDS  # the last field of t.f and (x).f, which may mean f(t), f(x)
    others: frozenset[Name] = NO_NAMES  # other relations named: DDL, GRANT, LOCK, 't'::regclass
    only: frozenset[Name] = NO_NAMES  # wherever one is named, that is with ONLY: nothing below it
    discreet: frozenset[str] = NO_WORDS  # what holds values, but only columns without are asked for
    opaque: str = ""  # why the text cannot tell what is touched
    unwatchable: str = ""  # why no check of ours can run behind it, in the same transaction
    ddl: bool = False  # changes the catalog
    keeps: bool = False  # makes an index, statistics or a range type: its code runs ever after
    makes: frozenset[Name] = NO_NAMES  # functions and operators that this makes, or renames
    act: Act | None = None
    chains: bool = False  # COMMIT or ROLLBACK AND CHAIN: another block is open behind it
    settings: tuple[str, ...] = ()  # parameters set, lower case; "all" for RESET ALL; ANY_SETTING
    names_user: str | None = None  # SET pgtoll.user TO 'name', as far as it is a constant
    local: bool = False  # SET LOCAL: until the transaction ends
    probes: bool = False  # tells whether a parameter is there that is none of PostgreSQL's own
    copies_in: bool = False  # COPY ... FROM STDIN
    holds: bool = False  # DECLARE ... WITH HOLD: the rest of its query runs at COMMIT
    may_commit: bool = False  # may end the transaction by itself
    prepares: str | None = None  # PREPARE name AS ...: the facts are those of the inner statement
    executes: str | None = None  # EXECUTE name
    bare: bool = False  # a command that reads no row and evaluates nothing but its constants
    elsewhere: bool = False  # the server may parse another text for it: errors point into that
    block: str = ""  # the text of a DO block in PL/pgSQL, until that is read, or of a function's
    language: str = ""  # of the text of a function's body, which `block` is until that is read
    # Of a function that is made: what reading its body gave, as three statements like those of a
    # body (see bodies.py), or why it cannot be read.
    defines: tuple["Statement", ...] = ()
    undefined: str = ""
    # Of a DO block that is read: what each run of it does, what it may do besides, its words, and
    # the changes of the catalog in it, one by one (see bodies.py).
    body: tuple["Statement", ...] = ()

    @property
    def told(self) -> frozenset[Name]:
        """Those of `writes` of which it is told in what way they are changed."""
        return self.inserts | self.updates | self.deletes | self.truncates

    @property
    def grows(self) -> frozenset[Name]:
        """Those of `inserts` of which no row is looked at, nor of what inherits from them."""
        return self.inserts - self.reads - self.updates - self.others


@dataclass(frozen=True, slots=True)
class Script:
    """What a text of any number of statements says, or why it cannot be judged."""

    statements: tuple[Statement, ...]
    refusal: str = ""  # why it cannot be judged: readers disagree, too large, too deep, too slow
    rejected: bool = False  # PostgreSQL's grammar rejects it: one opaque statement covers the text
    shapeable: bool = False  # all but `start` and `end` holds for every text of the same shape
