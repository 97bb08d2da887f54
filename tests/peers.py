"""Both ends of a session: a client's messages, a judge to a script, and the model server.

A `Talk` moves bytes between them in any cuts, with a `Session` in between or without one.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from model_engine import CAP
from model_server import ModelServer

from pgtoll.session import (
    Altered,
    Close,
    Confirm,
    Effect,
    Judged,
    Peer,
    Read,
    Ruling,
    Session,
    Write,
)
from pgtoll.session.clear import look
from pgtoll.session.effects import Sure
from pgtoll.session.own_rounds import FLUSH_STATISTICS
from pgtoll.session.progress import Limits
from pgtoll.wire.messages import SYNC, bind, execute, message, parse, read_fields
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.verdict import Kind, Verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)

# Messages


def describe(kind: bytes, name: bytes = b"") -> bytes:
    return message(b"D", kind + name + b"\0")


def execute_some(portal: bytes, rows: int) -> bytes:
    return message(b"E", portal + b"\0" + rows.to_bytes(4, "big"))


def extended(sql: bytes, name: bytes = b"", portal: bytes = b"") -> bytes:
    """Parse, Bind, Describe and Execute, as drivers send them; no Sync."""
    return parse(name, sql) + bind(portal, name) + describe(b"P", portal) + execute(portal)


def once(sql: bytes) -> bytes:
    """A statement in the extended protocol, and the Sync behind it."""
    return extended(sql) + SYNC


def copy_data(data: bytes) -> bytes:
    return message(b"d", data)


COPY_DONE = message(b"c", b"")
COPY_FAIL = message(b"f", b"no more\0")
FUNCTION_CALL = message(b"F", (1).to_bytes(4, "big") + bytes(6) + b"\0\0")


def messages(data: bytes) -> list[bytes]:
    """Cut a stream that consists of whole messages."""
    found, at = [], 0
    while at < len(data):
        end = at + 1 + int.from_bytes(data[at + 1 : at + 5], "big")
        assert end <= len(data), data[at:]
        found.append(data[at:end])
        at = end
    return found


def kinds(data: bytes) -> str:
    """The types of the messages in a stream; an error with its SQLSTATE, a Z with its status."""
    return " ".join(map(_kind, messages(data)))


def _kind(data: bytes) -> str:
    kind = chr(data[0])
    if kind == "E":
        return "E" + read_fields(data)["C"].decode()
    return "Z" + chr(data[5]) if kind == "Z" else kind


def cut(data: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    """Cut a stream into pieces of these sizes; the rest is one piece."""
    at = 0
    for size in sizes:
        if at >= len(data):
            return
        yield data[at : at + size]
        at += size
    if at < len(data):
        yield data[at:]


# The judge

_ACTS = {
    "BEGIN": Act.BEGIN,
    "COMMIT": Act.COMMIT,
    "ROLLBACK TO": Act.ROLLBACK_TO,
    "ROLLBACK": Act.ROLLBACK,
    "SAVEPOINT": Act.SAVEPOINT,
    "RELEASE": Act.RELEASE,
}
_OPAQUE = re.compile(r"SELECT [a-z]+\(\)|CALL|EXECUTE")
_FILLS = re.compile(r"INSERT|COPY")
_CALLS = re.compile(r"SELECT [a-z]+\(\)|DECLARE")
_FIXED = re.compile("PREPARE|DEALLOCATE|SET|CALL")
_KNOWN = re.compile("|".join(_ACTS) + "|SELECT|INSERT|TABLE|CALL|COPY|SET|CREATE"
    "|PREPARE|EXECUTE|DEALLOCATE|DECLARE")  # fmt: skip


def refusal(text: str = "refused") -> Verdict:
    return Verdict(Kind.REFUSE, sqlstate="42501", message=text)


ALLOW = Verdict(Kind.ALLOW)


@dataclass(slots=True)
class ScriptedJudge:
    """Judges the statements of the model engine for one user, whose standing a test may change."""

    demo: bool = False  # table t takes CAP rows
    lacks: bool = False  # table secret is not licensed
    cap: int = CAP
    observe: bool = False
    fickle: bool = False  # what is proven may mean another thing when it runs
    short: bool = True  # and what is proven is known to be
    fooled: bool = False  # functions are proven, whatever they do
    moved: bool = False  # DDL comes into force behind every judgement
    replication: bool = False  # no statement of ours may run
    impersonates: bool = False
    measures: bool = False  # something goes before what runs unread, and the memory is asked for
    named: str = ""  # the user that was named last
    observes_anew: bool = False  # as of the next renewal
    at_once: bool = True  # facts are known before they are asked for
    known: set[bytes] = field(default_factory=set)
    parameters: dict[bytes, bytes] = field(default_factory=dict)
    marks: int = 0  # how far DDL is
    own_trigger: int = 0
    coded: frozenset[int] = frozenset()
    doubts: list[str] = field(default_factory=list)  # those that rulings were asked for with
    lacked: frozenset[str] = frozenset()
    _lacking: frozenset[str] = frozenset({"base"})

    def __post_init__(self) -> None:
        self.lacked = self._lacking if self.lacks else frozenset()

    def become(self, *, demo: bool = False, lacks: bool = False) -> None:
        """The licenses change."""
        self.demo, self.lacks = demo, lacks
        self.lacked = self._lacking if lacks else frozenset()

    def runs_code(self, types: tuple[int, ...]) -> bool:
        return not self.coded.isdisjoint(types)

    def identify(self, name: str) -> None:
        self.named = name

    def renew(self) -> None:
        self.observe = self.observes_anew

    def name_of(self, value: bytes) -> str:
        return value.decode()

    @property
    def mute(self) -> bool:
        return self.replication

    @property
    def caps(self) -> bool:
        return self.demo

    @property
    def observes(self) -> bool:
        return self.observe

    @property
    def clear(self) -> bool:
        return not (self.demo or self.lacks)

    recording: bool = False  # what is sent is told
    sent: list[tuple[bytes, tuple[Ruling, ...], str]] = field(default_factory=list)

    def ran(self, sql: bytes, rulings: Sequence[Ruling], why: str = "") -> None:
        self.sent.append((sql, tuple(rulings), why))

    def rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        self.doubts.append(doubt)
        return self._rule(sql, doubt)

    def _rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        if not self.at_once and sql not in self.known:
            return None
        rulings = []
        for found in re.finditer(rb"[^;\s][^;]*", sql):
            own = found[0].rstrip()
            if not _KNOWN.match(own.decode(errors="replace")):
                ruling = self.rule_unreadable("its syntax is unknown")
                statement = Statement("", 0, len(sql), opaque="unknown syntax")
                return (ruling._replace(statement=statement, rejected=True),)
            rulings.append(self._rule_one(own.decode(errors="replace"), found.start(), doubt))
        return tuple(rulings)

    def _rule_one(self, sql: str, start: int, doubt: str) -> Ruling:
        statement = statement_of(sql, start)
        doubted = bool(doubt) and statement.act is None
        if self.fooled and not doubted and _CALLS.match(sql):
            statement = replace(statement, opaque="")
        if self.clear:
            return Ruling(statement, ALLOW, bool(statement.opaque))
        if self.lacks and "secret" in sql:
            return self._ruling(statement, refusal())
        watch = self.lacks and (bool(statement.opaque) or doubted)
        cap = self.demo and (doubted or bool(statement.opaque or _FILLS.search(sql)))
        kind = Kind.WATCH if watch else Kind.CAP if cap else Kind.ALLOW
        ruling = self._ruling(statement, Verdict(kind, cap=cap, watch=watch))
        fickle = self.fickle and self.lacks and kind is not Kind.WATCH
        if not fickle or statement.act or _FIXED.match(sql):
            return ruling
        defers, plain = "later" in sql, kind is Kind.ALLOW and sql[:6] in ("SELECT", "INSERT")
        plain &= not (defers or ruling.opaque)
        return ruling._replace(fickle=True, defers=defers, plain=plain)

    def proven(self, sql: bytes) -> bool:
        rulings = self._rule(sql, "") if self.short else None
        return rulings is not None and len(rulings) == 1 and rulings[0].plain

    counted: int = 0  # rulings that were gone by again

    def count(self, rulings: Sequence[Ruling], times: int) -> None:
        self.counted += times

    def _ruling(self, statement: Statement, verdict: Verdict) -> Ruling:
        if self.observe and verdict.kind is Kind.REFUSE:
            return Ruling(statement, ALLOW, bool(statement.opaque), noted=verdict)
        opaque = bool(statement.opaque)
        return Ruling(statement, verdict, opaque, hides=opaque)

    strict: bool = False  # nothing here runs code that is not read

    def refuse_unread(self, ruling: Ruling, why: str) -> Ruling:
        return ruling._replace(verdict=refusal(why))

    def reads_code(self, types: tuple[int, ...]) -> bool:
        return self.coded.isdisjoint(types)

    def rule_unseen(self, doubt: str, *, read: bool = False) -> Ruling:
        kind = Kind.WATCH if self.lacks else Kind.CAP if self.demo else Kind.ALLOW
        verdict = Verdict(kind, cap=self.demo, watch=self.lacks)
        return self._ruling(Statement("", 0, 0, opaque=doubt), verdict)

    def rule_unreadable(self, reason: str) -> Ruling:
        verdict = ALLOW if self.clear else refusal(reason)
        return self._ruling(Statement("", 0, 0, opaque=reason), verdict)

    @property
    def put_away(self) -> bytes:
        return FLUSH_STATISTICS

    def before_watch(self, mark: object) -> bytes:
        return b"SELECT pgtoll.before_watch()" if self.measures else b""

    def witness(
        self,
        *,
        final: bool,
        watched: bool,
        sure: Sure | None = None,
        filled: Collection[int] | None = None,
    ) -> bytes:
        demo, lacked = "1" if self.demo else "", "1" if self.lacks else ""
        text = f"SELECT pgtoll.witness({self.cap},ARRAY[{demo}]::int[],ARRAY[{lacked}]::int[],"
        return text.encode() + (b"true)" if final else b"false)")

    @property
    def mark(self) -> object:
        return self.marks - self.moved

    def steady(self, mark: object, *, final: bool) -> bytes:
        return self.witness(final=final, watched=False)

    def mistrust(self, mark: object, *, final: bool) -> bytes:
        return self.witness(final=final, watched=False)

    def still_steady(self, mark: object) -> bytes:
        return b"true" if mark == self.marks - self.moved else b"false"

    def note(self, mark: object, *, ahead: bool) -> bytes:
        return b""

    def account(
        self, *, committed: bool = False, noted: bool = False, sure: Sure | None = None
    ) -> bytes:
        demo, lacked = "1" if self.demo else "", "1" if self.lacks else ""
        name, more = ("account_committed", "") if committed else ("account", ",false")
        arrays = f"ARRAY[{demo}]::int[],ARRAY[{lacked}]::int[]"
        return f"SELECT pgtoll.{name}({self.cap},{arrays}{more})".encode()

    def glance(self, mark: object, *, committed: bool = False, rows: bool = False) -> bytes:
        return self.account(committed=committed)

    def found(self, account: bytes) -> Verdict:
        return refusal(account.decode())

    def over_cap(self, schema: str, table: str, product: str, cap: str) -> Verdict:
        return Verdict(Kind.REFUSE, sqlstate="53400", message="full", table=table)

    def touched(self, schema: str, table: str, product: str) -> Verdict:
        return Verdict(Kind.REFUSE, sqlstate="42501", message="touched", table=table)

    def failed_unchecked(self, sqlstate: str) -> Verdict:
        return Verdict(Kind.REFUSE, sqlstate="42501", message=f"withheld {sqlstate}")

    def text_of(self, sql: bytes) -> str | None:
        return sql.decode()

    def set_parameter(self, name: bytes, value: bytes) -> None:
        self.parameters[name] = value


def statement_of(sql: str, start: int = 0) -> Statement:
    """The facts of one of the model engine's statements."""
    inner = re.sub(r"^(PREPARE \w+ AS|DECLARE \w+ CURSOR FOR) ", "", sql)
    executes = re.match(r"EXECUTE (\w+)", sql)
    return Statement(
        "declare cursor" if sql.startswith("DECLARE") else sql.split()[0].lower(),
        start,
        start + len(sql),
        opaque="code that nobody has read" if _OPAQUE.match(inner) else "",
        ddl=sql.startswith("CREATE"),
        act=next((act for verb, act in _ACTS.items() if sql.startswith(verb)), None),
        settings=("standard_conforming_strings",) if sql.startswith("SET stand") else (),
        copies_in=sql.startswith("COPY"),
        may_commit=sql.startswith("CALL"),
        executes=executes[1] if executes else None,
        chains=sql.endswith("AND CHAIN"),
    )


# The talk


@dataclass(slots=True)
class Talk:
    """A client and a server with a session between them; bytes that are on their way wait."""

    judge: ScriptedJudge
    server: ModelServer = field(default_factory=ModelServer)
    limits: Limits = field(default_factory=Limits)
    session: Session = field(init=False)
    seen: bytes = b""  # what the client got since it was last asked
    judged: list[Judged] = field(default_factory=list)
    altered: int = 0
    closed: str = ""
    to_server: bytes = b""
    to_session: bytes = b""
    asked: list[bytes] = field(default_factory=list)  # texts whose facts are to be learned
    confirming: list[object] = field(default_factory=list)  # marks that are asked about
    listen: Callable[[bytes], None] = lambda data: None  # hears what reaches the server

    def __post_init__(self) -> None:
        self.session = Session(self.judge, self.limits)
        self.to_session = self.server.greet()
        self.settle()
        self.take()

    def say(self, *data: bytes, sizes: Sequence[int] = ()) -> str:
        """Send messages, let everything arrive, and return the kinds of the answers."""
        self.client(b"".join(data), sizes)
        self.settle()
        return kinds(self.take())

    def client(self, data: bytes, sizes: Sequence[int] = ()) -> None:
        """Send the client's bytes, in pieces; nothing else moves."""
        for piece in cut(data, sizes):
            self.perform(self.session.client_data(piece))

    def perform(self, effects: list[Effect]) -> None:
        self._look_again()
        for effect in effects:
            assert not self.closed, "something is to be done after the end"
            match effect:
                case Write(Peer.CLIENT, data):
                    self.seen += data
                case Write(_, data):
                    self.to_server += data
                case Judged():
                    self.judged.append(effect)
                case Altered():
                    self.altered += 1
                case Read(sql):
                    self.asked.append(sql)
                case Confirm(mark):
                    self.confirming.append(mark)
                case Close(reason):
                    self.closed = reason

    def move(self, server: int, session: int) -> bool:
        """Let so many bytes arrive at each; False when there is nothing that moves."""
        moved = bool(self.to_server or self.to_session or self.asked or self.confirming)
        while self.confirming:
            confirmed = self.confirming.pop() == self.judge.marks
            self.perform(self.session.confirmed(confirmed=confirmed))
        while self.asked:
            self.judge.known.add(self.asked.pop())
            self.perform(self.session.resume())
        data, self.to_server = self.to_server[:server], self.to_server[server:]
        self.listen(data)
        self.to_session += self.server.feed(data)
        data, self.to_session = self.to_session[:session], self.to_session[session:]
        if data and not self.closed:
            self.perform(self.session.server_data(data))
        return moved

    def settle(self) -> None:
        """Let everything arrive."""
        while self.move(1 << 30, 1 << 30):
            pass

    def _look_again(self) -> None:
        """What may take the short way was said when that last changed."""
        c = self.session._conversation
        said = c.requests_pass, c.copies_pass, c.replies_pass
        look(c)
        assert (c.requests_pass, c.copies_pass, c.replies_pass) == said

    def take(self) -> bytes:
        seen, self.seen = self.seen, b""
        return seen


def direct(*data: bytes) -> bytes:
    """What a client sees that is connected to the server itself."""
    return ModelServer().feed(b"".join(data))
