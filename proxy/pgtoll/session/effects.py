"""What a session wants done, and what it asks of its judge."""

from collections.abc import Collection, Sequence
from enum import Enum, auto
from typing import NamedTuple, Protocol

from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Kind, Verdict


class Peer(Enum):
    CLIENT = auto()
    SERVER = auto()


class Write(NamedTuple):
    """Send `data` to a peer."""

    to: Peer
    data: bytes


class Judged(NamedTuple):
    """A verdict that is worth a record: `sql` was refused, or would have been (observe mode)."""

    sql: bytes
    verdict: Verdict


class Read(NamedTuple):
    """Make the facts of `sql` known to the judge, then call `Session.resume`."""

    sql: bytes


class Altered(NamedTuple):
    """The database may have another catalog than before."""


class Confirm(NamedTuple):
    """Find out whether a judge's mark still holds, then call `Session.confirmed`.

    The server's bytes wait meanwhile.
    """

    mark: object


class Close(NamedTuple):
    """End both connections after what was written."""

    reason: str


NO_TABLES: frozenset[int] = frozenset()

Effect = Write | Judged | Read | Altered | Confirm | Close


class Ruling(NamedTuple):
    """One statement of a text, and what is to become of it."""

    statement: Statement
    verdict: Verdict
    opaque: bool = False  # it may do what neither its text nor the catalog shows
    # It may be more than the account of the own session shows: others' counts are looked at too.
    hides: bool = False
    rejected: bool = False  # no grammar of ours knows it: the server says whether it is SQL at all
    # Observe mode: what would have been the verdict. What can be checked has its own verdict, cap
    # or watch, and is checked without being held or refused.
    noted: Verdict | None = None
    # It may mean another thing when it runs: a check behind it asks whether DDL has come in
    # between, and its replies wait for that.
    fickle: bool = False
    defers: bool = False  # and some of what it does may wait for the end of the transaction
    plain: bool = False  # it is fickle, and that check is all that is due for it
    probes: bool = False  # it may tell whether a parameter of some name is there
    # While some tables take only so many rows: those that may get new ones, by their oids, None
    # when that is not known; and partitioned ones in which rows may move.
    fills: frozenset[int] | None = None
    moves: frozenset[int] = NO_TABLES
    invents: bool = True  # it may make up names of parameters
    # A statement of ours that goes before it in a transaction block, if any: it locks tables
    # against everybody that a check of others reads, so who is to be first is settled ahead.
    first: bytes = b""
    unread: bool = True  # code may run in it that nobody has read
    resumes: bool = False  # it may run what older statements have prepared, or left for its end
    plants: bool = True  # it may leave code in the catalog that nobody has read

    @property
    def checked(self) -> bool:
        """Whether a check is due behind it."""
        return self.fickle or self.verdict.kind is not Kind.ALLOW


class Sure(NamedTuple):
    """What reading has proven of a transaction, as numbers (see sureties), while a mark holds."""

    mark: object
    numbers: tuple[int, ...]


class Judge(Protocol):
    """The gate, as one session sees it: the policy in force for this client's user."""

    @property
    def observes(self) -> bool:
        """Whether nothing is to be refused, only recorded: no ruling says `refuse`."""

    def renew(self) -> None:
        """Observe, or not, as new sessions do."""

    @property
    def clear(self) -> bool:
        """Whether nothing is refused and nothing capped: statements need not be read at all."""

    @property
    def mute(self) -> bool:
        """Whether no statement of ours may run: as replication, a session ends what it has begun
        when one fails, and the extended protocol fails there."""

    @property
    def caps(self) -> bool:
        """Whether some tables take only so many rows."""

    @property
    def lacked(self) -> frozenset[str]:
        """The products that the user lacks, as of the last time that `clear` was asked."""

    @property
    def impersonates(self) -> bool:
        """Whether the session may say whose licenses count, in the setting pgtoll.user."""

    @property
    def own_trigger(self) -> int:
        """The function of our event triggers in the session's database, by its oid; else 0."""

    @property
    def put_away(self) -> bytes:
        """The statement that has the server's counters begin at zero, as far as it can."""

    @property
    def recording(self) -> bool:
        """Whether somebody records what is sent, also by who lacks nothing."""

    def ran(self, sql: bytes, rulings: Sequence[Ruling], why: str = "") -> None:
        """A text was passed on, judged so, or not at all where nothing is refused; told only while
        somebody records. `why` says why there is no text."""

    def text_of(self, sql: bytes) -> str | None:
        """The text as the server reads it; None when it cannot be told."""

    def runs_code(self, types: tuple[int, ...]) -> bool:
        """Whether making a value of one of these types, by oid, may run a function."""

    def identify(self, name: str) -> None:
        """Judge for the user of this name from here on; for the login role if it is empty."""

    def name_of(self, value: bytes) -> str:
        """The name in a value that the server has sent."""

    def rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        """Judge each statement of a text; None while its facts are not known (`Read` it).

        A `doubt` says why the text may not be all there is to know: nothing counts as proven.
        """

    def proven(self, sql: bytes) -> bool:
        """Whether a text is one statement that was ruled `plain` lately, as `rule` would again."""

    def count(self, rulings: Sequence[Ruling], times: int) -> None:
        """So often more these rulings were gone by, in the very bytes that they were asked for."""

    def rule_unseen(self, doubt: str, *, read: bool = False) -> Ruling:
        """Judge a statement whose text nobody has seen; `read`: it runs no code that is not."""

    @property
    def strict(self) -> bool:
        """Whether code that is not read does not run for this user now."""

    def refuse_unread(self, ruling: Ruling, why: str) -> Ruling:
        """The same statement, refused for the code that it may run; observe mode notes it."""

    def reads_code(self, types: tuple[int, ...]) -> bool:
        """Whether all code is read that makes values of these types, by oid."""

    def rule_unreadable(self, reason: str) -> Ruling:
        """Judge what can neither be read nor checked behind, such as a FunctionCall."""

    def before_watch(self, mark: object) -> bytes:
        """The statement that goes before one that runs unread, and was judged by this mark; empty
        when there is none."""

    def witness(
        self,
        *,
        final: bool,
        watched: bool,
        sure: Sure | None = None,
        filled: Collection[int] | None = None,
    ) -> bytes:
        """The statement that makes PostgreSQL check its own account; without quotes or dollars.

        `sure` is what it need not ask about; `filled` all tables that may have got rows, by their
        oids, None when nobody knows.
        """

    @property
    def mark(self) -> object:
        """How far the catalog was when it was last looked at; None when nobody can tell."""

    def steady(self, mark: object, *, final: bool) -> bytes:
        """The statement that makes PostgreSQL check its own account if a mark does not hold any
        more; without quotes or dollars."""

    def mistrust(self, mark: object, *, final: bool) -> bytes:
        """The same for a session in which code that has come in between may find what is left."""

    def still_steady(self, mark: object) -> bytes:
        """An expression of SQL: whether the catalog is still what it was at this mark."""

    def note(self, mark: object, *, ahead: bool) -> bytes:
        """The same where nothing is refused; `ahead`: in a transaction of its own."""

    def account(
        self, *, committed: bool = False, noted: bool = False, sure: Sure | None = None
    ) -> bytes:
        """The statement that tells what the witness would refuse, and refuses nothing.

        Behind a commit only what counts show can be told. `noted`: a `note` went before.
        """

    def glance(self, mark: object, *, committed: bool = False, rows: bool = False) -> bytes:
        """The same behind what was proven: it tells something if a mark does not hold any more.

        With `rows`, before a commit: if rows cannot be counted behind that.
        """

    def found(self, account: bytes) -> Verdict:
        """The refusal that such an account, which is not NULL, would have been."""

    def over_cap(self, schema: str, table: str, product: str, cap: str) -> Verdict:
        """The refusal for a table that the witness found over the cap."""

    def touched(self, schema: str, table: str, product: str) -> Verdict:
        """The refusal for a table that the witness saw touched."""

    def failed_unchecked(self, sqlstate: str) -> Verdict:
        """What is said of a watched statement that failed before it could be checked."""

    def set_parameter(self, name: bytes, value: bytes) -> None:
        """The server reported a parameter (client_encoding, standard_conforming_strings)."""
