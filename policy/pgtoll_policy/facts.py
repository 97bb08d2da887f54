"""What may be known of SQL text without asking the server: the values that reading it gives."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Name:
    """A name as the server knows it: folded, cut to 63 bytes. `schema` is "" when none was written."""

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


@dataclass(frozen=True, slots=True)
class Statement:
    """The facts of one SQL statement, by its text alone.

    Where text cannot tell, `opaque` says why: whatever else is here is then only a part of the truth.
    """

    verb: str  # "select", "insert", "copy", "create table", "do", ...: lower case, from PostgreSQL's node type
    start: int  # the statement's bytes in the UTF-8 text, without the semicolon after it
    end: int
    reads: frozenset[Name] = NO_NAMES
    writes: frozenset[Name] = NO_NAMES
    inserts: frozenset[Name] = NO_NAMES  # those of `writes` that may get new rows
    functions: frozenset[Name] = NO_NAMES  # called by name
    operators: frozenset[str] = NO_WORDS  # these three may stand for code as well:
    types: frozenset[Name] = NO_NAMES  # targets of casts, types of declarations
    columns: frozenset[str] = NO_WORDS  # the last field of column references: t.f may mean f(t)
    others: frozenset[Name] = (
        NO_NAMES  # further objects named: in DDL, GRANT, COMMENT, 't'::regclass
    )
    opaque: str = ""  # why the text cannot tell what is touched
    unwatchable: str = ""  # why no check of ours can run behind it, in the same transaction
    ddl: bool = False  # changes the catalog
    act: Act | None = None
    settings: tuple[str, ...] = ()  # parameters set, in order and lower case; "all" for RESET ALL
    copies_in: bool = False  # COPY ... FROM STDIN
    may_commit: bool = False  # may end the transaction by itself
    prepares: str | None = None  # PREPARE name AS ...: the facts are those of the inner statement
    executes: str | None = None  # EXECUTE name


@dataclass(frozen=True, slots=True)
class Script:
    """What a text of any number of statements says, or why it cannot be judged."""

    statements: tuple[Statement, ...]
    refusal: str = ""  # why it cannot be judged: readers disagree, too large, too deep, too slow
    rejected: bool = False  # PostgreSQL's grammar rejects it: one opaque statement covers the text
    shapeable: bool = False  # the facts do not depend on the constants in it
